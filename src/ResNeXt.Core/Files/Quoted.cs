namespace ResNeXt.Core.Files;

/// <summary>Quotes names from a file for one-line messages. A hostile file can give a tensor any name, of any length.</summary>
internal static class Quoted
{
    private const int LongestName = 100;

    /// <summary>Gets the name in single quotes. Control characters become question marks, and a long name is cut off after 100 characters.</summary>
    public static string Name(string name)
    {
        string shown = name.Length <= LongestName ? name : string.Concat(name.AsSpan(0, LongestName), "...");
        return $"'{string.Concat(shown.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character))}'";
    }
}
