namespace ResNeXt.Core.Tensors;

/// <summary>Calculations with dimensions from a file, which can have any value.</summary>
internal static class TensorShape
{
    /// <summary>
    /// The largest accepted number of dimensions: more than any network here needs, and a limit to the memory that a hostile file can claim per
    /// tensor.
    /// </summary>
    public const int MaximumRank = 8;

    /// <summary>Computes the number of elements. Returns false if a dimension is out of range or the elements do not fit one array.</summary>
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

    /// <summary>Formats dimensions for messages, for example <c>[64, 3, 7, 7]</c>.</summary>
    public static string Text(IEnumerable<long> dimensions) => $"[{string.Join(", ", dimensions)}]";

    /// <inheritdoc cref="Text(IEnumerable{long})"/>
    public static string Text(IEnumerable<int> dimensions) => $"[{string.Join(", ", dimensions)}]";
}
