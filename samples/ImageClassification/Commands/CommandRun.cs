using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using ImageClassification.Demo;
using ImageClassification.Parsing;

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

    /// <summary>Exit code of a command that was interrupted and has written nothing, as shells report it of other programs.</summary>
    public const int Interrupted = 130;

    // "@name" is the name of a file, like any other.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>The commands, with a reader for every option.</summary>
    internal static RootCommand Root { get; } = Create();

    /// <summary>Runs the command that the arguments name; without one the demo.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Invoke(string[] args)
    {
        // What a command reads and writes does not depend on the user's culture.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        ParseResult parsed = Parse(args);
        if (ParseMistakes.Of(parsed) is { Count: > 0 } mistakes)
            return Fail(string.Join(" ", mistakes) + " Run with --help for what is allowed.", parsed);
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException interruption)
        {
            return Fail(interruption.Message, parsed, Interrupted);
        }
        catch (Exception exception) when (FindMistake(exception) is { } mistake)
        {
            return Fail(mistake.Message, parsed);
        }
    }

    /// <summary>Reads a command line, without running it.</summary>
    internal static ParseResult Parse(string[] args) => Root.Parse(args, Parsing);

    private static RootCommand Create()
    {
        var root = new RootCommand("Trains, evaluates and exports ResNet and ResNeXt image classifiers. Without a command: the demo.")
        {
            TrainCommand.Create(), FindRateCommand.Create(), EvaluateCommand.Create(), CompareCommand.Create(), PredictCommand.Create(),
            ExportCommand.Create(), QuantizeCommand.Create(), InfoCommand.Create(),
        };
        DemoCommand.AddTo(root);
        ValueParsing.Install(root);
        return root;
    }

    // ML.NET wraps what a row throws where it reads ahead; the mistake is inside.
    private static Exception? FindMistake(Exception exception) => exception switch
    {
        InvalidOperationException { InnerException: { } inner } when FindMistake(inner) is { } mistake => mistake,
        ArgumentException or InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException
            or DllNotFoundException => exception,
        _ => null,
    };

    private static int Fail(string message, ParseResult parsed, int exitCode = Mistake)
    {
        Console.Error.WriteLine(OptionWords.Translate(ParameterName().Replace(message, ""), parsed.CommandResult.Command).ReplaceLineEndings(" "));
        return exitCode;
    }

    // What .NET adds to an ArgumentException's message says nothing to somebody at a command line.
    [GeneratedRegex(@" \(Parameter '[^']*'\)")]
    private static partial Regex ParameterName();
}
