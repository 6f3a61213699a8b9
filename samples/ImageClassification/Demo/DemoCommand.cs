using System.CommandLine;
using ResNeXt.Tool;
using ResNeXt.Tool.Output;

namespace ImageClassification.Demo;

/// <summary>What the sample does without a command: it paints images and runs the program on them. The commands are those of the tool.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> Output = new("--output")
    {
        Description = "The demo's folder for images and models.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "resnext-demo",
    };

    /// <summary>Runs a command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="program">The program to run without a command.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(string[] args, Action<DemoFolder> program) => CommandLine.Invoke(args, Create(program));

    private static int Run(Action<DemoFolder> program, ParseResult parsed, CancellationToken stop)
    {
        program(DemoFolder.Paint(parsed.GetRequiredValue(Output), parsed, stop));
        return stop.IsCancellationRequested ? ExitCode.Partly : ExitCode.Done;
    }

    /// <summary>The commands, and the program for a command line without one.</summary>
    internal static RootCommand Create(Action<DemoFolder> program) => CommandLine.Create(root =>
    {
        root.Description += " Without a command: the demo.";
        root.Add(Output);
        root.Add(MetricsFile.Option);
        root.SetAction(parsed =>
        {
            MetricsFile.Check(parsed);
            using var interruption = new Interruption("Stopping after this batch, with the best epoch so far.");
            return interruption.Run(
                () => Run(program, parsed, interruption.Token), "Interrupted before the first epoch had ended: there is no model. The painted images remain.");
        });
    });
}
