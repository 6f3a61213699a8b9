using System.CommandLine;
using System.Text.RegularExpressions;

namespace ResNeXt.Tool.Reports;

/// <summary>Writes a command line as text that a shell reads again.</summary>
internal static partial class CommandText
{
    /// <summary>
    /// Gets the command line. Of absolute paths only the last part is kept, because the others are names of folders, and often of a user, of this
    /// machine.
    /// </summary>
    public static string Of(ParseResult parsed) =>
        string.Join(' ', parsed.Tokens.Select(token => Quoted(WithoutFolders(token.Value))).Prepend("resnext"));

    /// <summary>Gets the last part of an absolute path; anything else as it is.</summary>
    public static string WithoutFolders(string value) =>
        Path.IsPathRooted(value) && Path.GetFileName(Path.TrimEndingDirectorySeparator(value)) is { Length: > 0 } name ? name : value;

    private static string Quoted(string value) => Plain().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./:=,@%+-]+$")]
    private static partial Regex Plain();
}
