using ResNeXt.MLNet.Experiments;
using ResNeXt.Tool.Comparison;
using Spectre.Console;

namespace ResNeXt.Tool.Tests.Comparison;

public sealed class RankingTableTests
{
    [Fact]
    public void Of_Runs_HasARowForEachAndSaysWhyItFailed()
    {
        using var written = new StringWriter();
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        terminal.Profile.Width = 160;
        ImageExperimentRun[] runs =
        [
            new() { TrainerName = "linear", RuntimeInSeconds = 12.34 },
            new() { TrainerName = "resnet18 #2", RuntimeInSeconds = 1, Epochs = 3, Exception = new InvalidOperationException("MaxEpochs is [0].") },
        ];

        terminal.Write(RankingTable.Of(runs, exception => exception.Message.Replace("MaxEpochs", "--epochs", StringComparison.Ordinal)));

        string[] lines = written.ToString().Split('\n');
        Assert.Contains(lines, line => line.Contains("Candidate", StringComparison.Ordinal) && line.Contains("Log-loss", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("linear", StringComparison.Ordinal) && line.Contains("12.3", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("resnet18 #2", StringComparison.Ordinal) && line.Contains("--epochs is [0].", StringComparison.Ordinal));
    }
}
