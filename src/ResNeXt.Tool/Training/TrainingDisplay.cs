using System.Globalization;
using ResNeXt.Core;
using ResNeXt.Core.Training.Data;
using ResNeXt.MLNet.Schema;
using ResNeXt.Tool.Output;
using Spectre.Console;

namespace ResNeXt.Tool.Training;

/// <summary>Shows the progress of training: one line per epoch, and on a terminal also bars for the epoch and the whole training.</summary>
internal sealed class TrainingDisplay : IProgress<EpochReport>, IProgress<BatchReport>, IDisposable
{
    private readonly TaskCompletionSource _ended = new();
    private readonly Task? _drawing;
    private readonly IAnsiConsole? _terminal;
    private ProgressTask? _epoch, _whole;

    /// <summary>Creates a display on the terminal of the process, if it has one.</summary>
    public TrainingDisplay()
        : this(Terminal.Find())
    {
    }

    /// <summary>Creates a display on a terminal; null to write lines only.</summary>
    internal TrainingDisplay(IAnsiConsole? terminal)
    {
        if (terminal is null)
            return;
        _terminal = terminal;
        var ready = new TaskCompletionSource();
        _drawing = terminal.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                _epoch = context.AddTask("Reading images").IsIndeterminate();
                _whole = context.AddTask("All epochs");
                ready.SetResult();
                await _ended.Task.ConfigureAwait(false);
            });
        ready.Task.Wait();
    }

    public void Report(EpochReport value)
    {
        string validation = value.ValidationAccuracy is null ? "" : $", validation {value.ValidationAccuracy:P1}{(value.IsBest ? " (best)" : "")}";
        Show(string.Create(CultureInfo.InvariantCulture,
            $"Epoch {value.Epoch}/{value.MaxEpochs}: loss {value.TrainLoss:F4}, accuracy {value.TrainAccuracy:P1}{validation}, {value.ImagesPerSecond:F1} images/s"));
        if (_whole is not null)
            _whole.Value = 100.0 * value.Epoch / value.MaxEpochs;
    }

    public void Report(BatchReport value)
    {
        if (_epoch is null || _whole is null)
            return;
        double part = (double)value.Batch / value.Batches;
        _epoch.IsIndeterminate = false;
        _epoch.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture,
            $"Epoch {value.Epoch}/{value.MaxEpochs}{(value.IsValidation ? ", validation" : "")}, loss {value.Loss:F3}"));
        _epoch.Value = 100 * part;
        if (!value.IsValidation)
            _whole.Value = 100 * (value.Epoch - 1 + part) / value.MaxEpochs;
    }

    /// <summary>Writes a line above the bars.</summary>
    public void Show(string line) => Write(Console.Out, line);

    /// <summary>Writes a line to standard error, above the bars.</summary>
    public void Say(string sentence) => Write(Console.Error, sentence);

    public void Dispose()
    {
        _ended.TrySetResult();
        _drawing?.Wait();
    }

    // While bars are shown, lines have to be written through the terminal.
    private void Write(TextWriter writer, string line)
    {
        if (_terminal is null || _ended.Task.IsCompleted)
            writer.WriteLine(line);
        else
            _terminal.WriteLine(line);
    }
}
