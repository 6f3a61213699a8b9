using System.CommandLine;
using System.Text.RegularExpressions;

namespace ImageClassification.Commands;

/// <summary>Runs a command line: a mistake in what the user gave ends in one sentence on standard error and exit code 1.</summary>
internal static partial class CommandRun
{
    /// <summary>Exit code of a command that did all it was asked to.</summary>
    public const int Done = 0;

    /// <summary>Exit code after a mistake in what the user gave.</summary>
    public const int Mistake = 1;

    /// <summary>Exit code of a command that did a part: some images could not be read.</summary>
    public const int Partly = 2;

    public static int Invoke(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Fail(string.Join(" ", parsed.Errors.Select(error => error.Message)) + " Run with --help for what is allowed.");
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception) when (Mistakes(exception) is { } mistake)
        {
            return Fail(mistake.Message);
        }
    }

    // ML.NET wraps what a row throws where it reads ahead; the mistake is inside.
    private static Exception? Mistakes(Exception exception) =>
        exception.InnerException is { } inner && Mistakes(inner) is { } mistake ? mistake
        : exception is ArgumentException or InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException
            or DllNotFoundException or OperationCanceledException or FormatException ? exception
        : null;

    private static int Fail(string message)
    {
        Console.Error.WriteLine(ParameterName().Replace(message, "").ReplaceLineEndings(" "));
        return Mistake;
    }

    // What .NET adds to an ArgumentException's message says nothing to somebody at a command line.
    [GeneratedRegex(@" \(Parameter '[^']*'\)")]
    private static partial Regex ParameterName();
}
