namespace ResNeXt.Tool.Parsing;

/// <summary>Explains that .NET cannot open files and folders whose names are not valid UTF-8: it sees them under another name.</summary>
internal static class InvalidUtf8
{
    private const char Replacement = '\uFFFD';

    /// <summary>Adds an explanation to a message about such a file; other messages do not change.</summary>
    public static string Explain(string message) => message.Contains(Replacement, StringComparison.Ordinal) && !message.Contains("UTF-8", StringComparison.Ordinal)
        ? $"{message} The name is not valid UTF-8, so it cannot be opened; rename it."
        : message;
}
