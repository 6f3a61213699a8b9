namespace ResNeXt.Core.Tensors;

/// <summary>Arithmetic on dimensions that come from a file and may be anything.</summary>
internal static class TensorShape
{
    /// <summary>More dimensions than any network here has; it bounds what a hostile file can make a reader keep per tensor.</summary>
    public const int MaximumRank = 8;

    /// <summary>The number of elements, or false where it is negative, overflows or exceeds what one array can hold.</summary>
    public static bool TryLength(IReadOnlyList<long> dimensions, out int length)
    {
        length = 0;
        if (dimensions.Any(dimension => dimension is < 0 or > int.MaxValue))
            return false;
        if (dimensions.Contains(0))
            return true;
        long product = 1;
        foreach (long dimension in dimensions)
        {
            if (product > Array.MaxLength / dimension)
                return false;
            product *= dimension;
        }
        length = (int)product;
        return true;
    }

    /// <summary>The dimensions as a message shows them, for example <c>[64, 3, 7, 7]</c>.</summary>
    public static string Text(IEnumerable<long> dimensions) => $"[{string.Join(", ", dimensions)}]";

    /// <inheritdoc cref="Text(IEnumerable{long})"/>
    public static string Text(IEnumerable<int> dimensions) => $"[{string.Join(", ", dimensions)}]";
}
