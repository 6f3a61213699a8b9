using ResNeXt.Core;
using ResNeXt.Tool.Training;
using Spectre.Console;

namespace ResNeXt.Tool.Tests.Training;

public sealed class TrainingDisplayTests
{
    [Fact]
    public void Report_OnATerminal_DrawsTheEpochAndLeavesALinePerEpoch()
    {
        using var written = new StringWriter();
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(written) });
        terminal.Profile.Width = 100;

        using (var display = new TrainingDisplay(terminal))
        {
            for (int epoch = 1; epoch <= 2; epoch++)
            {
                display.Report(new BatchReport(epoch, 2, 1, 2, 1.5, 0.25, IsValidation: false));
                display.Report(new BatchReport(epoch, 2, 2, 2, 1.25, 0.5, IsValidation: false));
                display.Report(new EpochReport(epoch, 2, 1.25, 0.5, null, null, 0.1, 100, IsBest: true));
            }
            display.Say("Stopping [now].");
        }

        string text = written.ToString();
        foreach (string line in new[] { "Epoch 1/2: loss 1.2500, accuracy 50.0 %, 100.0 images/s", "Epoch 2/2: loss 1.2500, accuracy 50.0 %, 100.0 images/s", "Stopping [now]." })
            Assert.Equal(2, text.Split(line).Length);
        Assert.Contains("All epochs", text, StringComparison.Ordinal);
        Assert.Contains("\u001b[", text, StringComparison.Ordinal);
    }
}
