using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.RegularExpressions;
using ResNeXt.Tool.Comparison;
using ResNeXt.Tool.Export;
using ResNeXt.Tool.Help;
using ResNeXt.Tool.Info;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Scoring;
using ResNeXt.Tool.Training;

namespace ResNeXt.Tool;

/// <summary>Runs a command line: a mistake in what the user gave ends in one sentence on standard error and exit code 1.</summary>
public static partial class CommandLine
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

    /// <summary>Runs the command that the arguments name; without one shows the help.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Invoke(string[] args) => Invoke(args, Create(root => root.SetAction(new HelpAction().Invoke)));

    /// <summary>Runs a command line of a program that has these commands and something of its own to do without one.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="root">What <see cref="Create"/> made.</param>
    /// <returns>The process's exit code.</returns>
    public static int Invoke(string[] args, RootCommand root)
    {
        // What a command reads and writes does not depend on the user's culture.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        ParseResult parsed = Parse(args, root);
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
    internal static ParseResult Parse(string[] args, RootCommand root) => root.Parse(args, Parsing);

    /// <summary>The commands, with a reader for every option.</summary>
    /// <param name="withoutCommand">Adds what the program does without a command, and its options.</param>
    public static RootCommand Create(Action<RootCommand> withoutCommand)
    {
        var root = new RootCommand("Trains, evaluates and exports ResNet and ResNeXt image classifiers.")
        {
            TrainCommand.Create(), FindRateCommand.Create(), EvaluateCommand.Create(), CompareCommand.Create(), PredictCommand.Create(),
            ExportCommand.Create(), QuantizeCommand.Create(), InfoCommand.Create(), CompletionCommand.Create(),
        };
        withoutCommand(root);
        ValueParsing.Install(root);
        HelpWithExamples.Install(root);
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
