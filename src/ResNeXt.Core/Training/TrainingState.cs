using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training;

/// <summary>The progress of a training run: completed epochs, the best weights, and how far the current epoch is.</summary>
/// <param name="callbacks">The receivers of reports and warnings.</param>
/// <param name="recipe">The recipe.</param>
/// <param name="classes">The number of classes.</param>
internal sealed class TrainingState(TrainingCallbacks callbacks, TrainingRecipe recipe, int classes)
{
    // A network that guesses has the loss ln(classes). One that is twice as bad has been ruined, even if its weights are still finite. With class
    // weights, the loss of guessing depends on the batch.
    private readonly double _highestLossToKeep = recipe.ClassWeights is null ? 2 * Math.Log(Math.Max(classes, 2)) : double.PositiveInfinity;
    private readonly List<EpochReport> _reports = [];
    private readonly List<string> _warnings = [];
    private bool _hasListenerFailed;

    /// <summary>The reports of the completed epochs.</summary>
    public IReadOnlyList<EpochReport> Reports => _reports;

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>
    /// The weights of the best epoch; without a validation set, of the last one whose training loss is not far worse than guessing. Null until the first
    /// epoch is completed.
    /// </summary>
    public StateDict? BestWeights { get; private set; }

    /// <summary>
    /// The weights at the end of the frozen epochs of fine-tuning, if those that are kept are interpolated
    /// (<see cref="FineTuning.Interpolation"/>). Null before.
    /// </summary>
    public StateDict? StartWeights { get; set; }

    /// <summary>The number of the current epoch, from 1.</summary>
    public int Epoch => _reports.Count + 1;

    /// <summary>The number of batches of the current epoch that the network was trained with.</summary>
    public int Batches { get; private set; }

    /// <summary>Loss and accuracy of those batches.</summary>
    public ClassificationMeter Meter { get; private set; } = new();

    /// <summary>Adds a warning and reports it.</summary>
    /// <param name="sentence">The warning.</param>
    public void Warn(string sentence)
    {
        _warnings.Add(sentence);
        Report(callbacks.Warnings, sentence);
    }

    /// <summary>Adds a training batch and reports it.</summary>
    /// <param name="result">The result of the batch.</param>
    /// <param name="batchesPerEpoch">The number of batches in an epoch.</param>
    public void AddBatch(BatchResult result, int batchesPerEpoch)
    {
        Meter.Add(result);
        Batches++;
        ReportBatch(Meter, Batches, batchesPerEpoch, isValidation: false);
    }

    /// <summary>Reports how far the current epoch is.</summary>
    /// <param name="meter">Loss and accuracy of the batches so far.</param>
    /// <param name="batch">The number of batches so far.</param>
    /// <param name="batches">The number of all batches.</param>
    /// <param name="isValidation">Whether these are batches of the validation set.</param>
    public void ReportBatch(ClassificationMeter meter, int batch, int batches, bool isValidation) =>
        Report(callbacks.Batches, new(Epoch, recipe.MaxEpochs, batch, batches, meter.Loss(), meter.Accuracy(), isValidation));

    /// <summary>Completes the current epoch, and keeps its weights if it is the best so far.</summary>
    /// <param name="report">The report of the epoch.</param>
    /// <param name="weights">Copies the weights of the epoch; called only if they are kept.</param>
    /// <returns>The report, which now says whether the epoch is the best.</returns>
    public EpochReport CompleteEpoch(EpochReport report, Func<StateDict> weights)
    {
        EpochReport? best = _reports.LastOrDefault(earlier => earlier.IsBest);
        report = report with { IsBest = best is null || IsBetter(report, best) };
        _reports.Add(report);
        Batches = 0;
        Meter = new();
        if (report.IsBest)
            BestWeights = weights();
        if (NoProgressCheck.FindWarning(_reports, recipe.FineTuning, classes) is { } warning)
            Warn(warning);
        return report;
    }

    /// <summary>Reports a completed epoch; to be called once its checkpoint is written.</summary>
    /// <param name="report">The report.</param>
    public void ReportEpoch(EpochReport report) => Report(callbacks.Epochs, report);

    /// <summary>The number of epochs since the best one, counting from a given epoch.</summary>
    /// <param name="firstEpoch">The first epoch that counts.</param>
    public int EpochsSinceBest(int firstEpoch) =>
        _reports.Count - Math.Max(_reports.FindLastIndex(report => report.IsBest), firstEpoch - 2) - 1;

    /// <summary>Makes a checkpoint of the current state.</summary>
    /// <param name="weights">The network's weights.</param>
    /// <param name="optimizerState">The optimizer's state and the weight averages.</param>
    public Checkpoint ToCheckpoint(StateDict weights, StateDict optimizerState) =>
        new(new TrainingProgress([.. _reports], [.. _warnings], Batches, Meter with { }), weights, optimizerState, BestWeights, StartWeights);

    /// <summary>Restores the state that a checkpoint holds.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    public void Restore(Checkpoint checkpoint)
    {
        _reports.Clear();
        _reports.AddRange(checkpoint.Progress.Reports);
        // Those of the beginning come again in every run.
        _warnings.InsertRange(0, checkpoint.Progress.Warnings.Where(warning => !_warnings.Contains(warning)).ToArray());
        Batches = checkpoint.Progress.Batches;
        Meter = checkpoint.Progress.Meter;
        BestWeights = checkpoint.Best;
        StartWeights = checkpoint.Start;
    }

    // Only the first failure leads to a warning: a listener that fails once, for example because a disk is full, often fails again.
    private void Report<T>(IProgress<T>? listener, T value)
    {
        try
        {
            listener?.Report(value);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            if (_hasListenerFailed)
                return;
            _hasListenerFailed = true;
            Warn($"A listener of the training's progress failed: {exception.Message.TrimEnd('.')}. Training goes on.");
        }
    }

    private bool IsBetter(EpochReport report, EpochReport best) => report.ValidationAccuracy is null
        ? report.TrainLoss <= Math.Max(_highestLossToKeep, best.TrainLoss)
        : report.ValidationAccuracy > best.ValidationAccuracy
            || (report.ValidationAccuracy == best.ValidationAccuracy && report.ValidationLoss < best.ValidationLoss);
}
