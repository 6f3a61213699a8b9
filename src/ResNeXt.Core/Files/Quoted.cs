namespace ResNeXt.Core.Files;

/// <summary>Names that stand in a file, made fit for a one-line message: a hostile file may call a tensor anything, at any length.</summary>
internal static class Quoted
{
    private const int LongestName = 100;

    /// <summary>The name in single quotes, without control characters, cut after 100 characters.</summary>
    public static string Name(string name)
    {
        string shown = name.Length <= LongestName ? name : string.Concat(name.AsSpan(0, LongestName), "...");
        return $"'{string.Concat(shown.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character))}'";
    }
}
