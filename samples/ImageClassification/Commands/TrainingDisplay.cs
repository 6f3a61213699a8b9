using System.Globalization;
using ResNeXt.Core;
using Spectre.Console;

namespace ImageClassification.Commands;

/// <summary>Shows the progress of a training: a bar on a terminal, a line per epoch elsewhere.</summary>
internal sealed class TrainingDisplay : IProgress<EpochReport>, IDisposable
{
    private readonly TaskCompletionSource _ended = new();
    private readonly Task? _drawing;
    private ProgressTask? _bar;

    public TrainingDisplay()
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return;
        var ready = new TaskCompletionSource();
        _drawing = AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                _bar = context.AddTask("Reading images");
                ready.SetResult();
                await _ended.Task.ConfigureAwait(false);
            });
        ready.Task.Wait();
    }

    public void Report(EpochReport value)
    {
        string validation = value.ValidationAccuracy is null ? "" : $", validation {value.ValidationAccuracy:P1}{(value.IsBest ? " (best)" : "")}";
        string line = string.Create(CultureInfo.InvariantCulture,
            $"Epoch {value.Epoch}/{value.MaxEpochs}: loss {value.TrainLoss:F4}, accuracy {value.TrainAccuracy:P1}{validation}, {value.ImagesPerSecond:F1} images/s");
        if (_bar is null)
        {
            Console.WriteLine(line);
            return;
        }
        _bar.Description = Markup.Escape(line);
        _bar.Value = 100.0 * value.Epoch / value.MaxEpochs;
    }

    public void Dispose()
    {
        _ended.TrySetResult();
        _drawing?.Wait();
    }
}
