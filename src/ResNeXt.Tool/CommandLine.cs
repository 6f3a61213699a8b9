using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.RegularExpressions;
using ResNeXt.Tool.BulkScoring;
using ResNeXt.Tool.Comparison;
using ResNeXt.Tool.Explanation;
using ResNeXt.Tool.Export;
using ResNeXt.Tool.Help;
using ResNeXt.Tool.Info;
using ResNeXt.Tool.LabelChecks;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Reports;
using ResNeXt.Tool.Scoring;
using ResNeXt.Tool.Serving;
using ResNeXt.Tool.Training;

namespace ResNeXt.Tool;

/// <summary>Runs the command line. A mistake of the user is reported in one sentence on standard error, with exit code 1.</summary>
public static partial class CommandLine
{
    // The environment variable that shows an unexpected error with its stack trace.
    private const string Rethrow = "RESNEXT_RETHROW";

    // Disables response files: "@name" is an ordinary file name.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs a command, or shows the help if no command is given.</summary>
    /// <returns>The exit code of the process.</returns>
    public static int Invoke(string[] args) => Invoke(args, Create(root => root.SetAction(new HelpAction().Invoke)));

    /// <summary>Runs the command line of a program that adds its own behavior without a command.</summary>
    /// <param name="args">The arguments of the program.</param>
    /// <param name="root">The root command that <see cref="Create"/> returned.</param>
    /// <returns>The exit code of the process.</returns>
    public static int Invoke(string[] args, RootCommand root)
    {
        // Input and output do not depend on the user's culture.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using var run = new CommandRun();
        return run.Complete(InvokeGuarded(args, root));
    }

    private static int InvokeGuarded(string[] args, RootCommand root)
    {
        ParseResult parsed = Parse(args, root);
        if (ParseMistakes.Of(parsed) is { Count: > 0 } mistakes)
            return Fail(string.Join(" ", mistakes) + " Run with --help for what is allowed.", parsed);
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException interruption)
        {
            return Fail(interruption.Message, parsed, ExitCode.Interrupted);
        }
        catch (Exception exception) when (Mistake.Explain(exception) is { } mistake)
        {
            return Fail(mistake, parsed);
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable(Rethrow) != "1")
        {
            return Fail($"{Unexpected(exception)} ({exception.GetType().Name}: {exception.Message}) With {Rethrow}=1 the whole error is shown.", parsed);
        }
    }

    private static string Unexpected(Exception exception) => exception is OutOfMemoryException
        ? "There is too little memory."
        : "This is an error of the program; please report it with the command line and its input.";

    /// <summary>Parses a command line without running it.</summary>
    internal static ParseResult Parse(string[] args, RootCommand root) => root.Parse(args, Parsing);

    /// <summary>Creates the commands and their options.</summary>
    /// <param name="withoutCommand">The action that configures the root command: what the program does without a command, and its options.</param>
    public static RootCommand Create(Action<RootCommand> withoutCommand)
    {
        var root = new RootCommand("Trains, evaluates and exports ResNet and ResNeXt image classifiers.")
        {
            TrainCommand.Create(), FindRateCommand.Create(), EvaluateCommand.Create(), CompareCommand.Create(), PredictCommand.Create(),
            ExplainCommand.Create(), ReportCommand.Create(), ScoreCommand.Create(), CheckLabelsCommand.Create(), ExportCommand.Create(),
            QuantizeCommand.Create(), ServeCommand.Create(), InfoCommand.Create(), CompletionCommand.Create(),
        };
        withoutCommand(root);
        ValueParsing.Install(root);
        HelpWithExamples.Install(root);
        return root;
    }

    private static int Fail(string message, ParseResult parsed, int exitCode = ExitCode.Mistake)
    {
        string translated = OptionWords.Translate(ParameterName().Replace(message, ""), parsed.CommandResult.Command);
        Console.Error.WriteLine(InvalidUtf8.Explain(translated).ReplaceLineEndings(" "));
        return exitCode;
    }

    // .NET adds the parameter's name to the message of an ArgumentException, which means nothing to users of the command line.
    [GeneratedRegex(@" \(Parameter '[^']*'\)")]
    private static partial Regex ParameterName();
}
