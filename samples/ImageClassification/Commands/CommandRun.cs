using System.CommandLine;
using System.Text.RegularExpressions;
using ImageClassification.Demo;

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

    /// <summary>Runs the command that the arguments name; without one the demo.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Invoke(string[] args)
    {
        ParseResult parsed = Root().Parse(args);
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

    private static RootCommand Root()
    {
        var root = new RootCommand("Trains, evaluates and exports ResNet and ResNeXt image classifiers. Without a command: the demo.")
        {
            TrainCommand.Create(), FindRateCommand.Create(), EvaluateCommand.Create(), CompareCommand.Create(), PredictCommand.Create(),
            ExportCommand.Create(), QuantizeCommand.Create(), InfoCommand.Create(),
        };
        DemoCommand.AddTo(root);
        return root;
    }

    // ML.NET wraps what a row throws where it reads ahead; the mistake is inside.
    private static Exception? Mistakes(Exception exception) => exception switch
    {
        InvalidOperationException { InnerException: { } inner } when Mistakes(inner) is { } mistake => mistake,
        ArgumentException or InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException
            or DllNotFoundException or OperationCanceledException => exception,
        _ => null,
    };

    private static int Fail(string message)
    {
        Console.Error.WriteLine(ParameterName().Replace(message, "").ReplaceLineEndings(" "));
        return Mistake;
    }

    // What .NET adds to an ArgumentException's message says nothing to somebody at a command line.
    [GeneratedRegex(@" \(Parameter '[^']*'\)")]
    private static partial Regex ParameterName();
}
