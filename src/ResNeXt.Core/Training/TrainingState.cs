using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Loop;

namespace ResNeXt.Core.Training;

/// <summary>What a training has come to: its epochs, the best weights, and the epoch that is going on.</summary>
internal sealed class TrainingState(TrainingCallbacks monitor)
{
    private readonly List<EpochReport> _reports = [];
    private readonly List<string> _warnings = [];

    /// <summary>The epochs that have ended.</summary>
    public IReadOnlyList<EpochReport> Reports => _reports;

    /// <summary>What the user was told.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The weights of the epoch with the best validation, or of the last one where there is no validation set; null before the first one ends.</summary>
    public StateDict? BestWeights { get; private set; }

    /// <summary>The number of the epoch that is going on, from 1.</summary>
    public int Epoch => _reports.Count + 1;

    /// <summary>The batches that it has trained with.</summary>
    public int Batches { get; set; }

    /// <summary>Their loss and right answers.</summary>
    public ClassificationMeter Meter { get; private set; } = new();

    /// <summary>Tells the user something that is not an error.</summary>
    public void Warn(string sentence)
    {
        _warnings.Add(sentence);
        monitor.Warnings?.Report(sentence);
    }

    /// <summary>Ends the epoch and says whether it is the best so far.</summary>
    /// <param name="report">What it did.</param>
    /// <param name="weights">The weights that it gave.</param>
    public EpochReport Complete(EpochReport report, Func<StateDict> weights)
    {
        EpochReport? best = _reports.LastOrDefault(earlier => earlier.IsBest);
        report = report with { IsBest = best is null || report.ValidationAccuracy is null || IsBetter(report, best) };
        _reports.Add(report);
        Batches = 0;
        Meter = new();
        if (report.IsBest)
            BestWeights = weights();
        if (LearningCheck.After(_reports) is { } warning)
            Warn(warning);
        return report;
    }

    /// <summary>Tells the user of an epoch, once its state is safe.</summary>
    public void Report(EpochReport report) => monitor.Epochs?.Report(report);

    /// <summary>Tells the user how far the epoch is.</summary>
    /// <param name="meter">Loss and right answers of the batches so far.</param>
    /// <param name="batch">How many these are.</param>
    /// <param name="batches">How many there are.</param>
    /// <param name="maxEpochs">How many epochs there are at most.</param>
    /// <param name="isValidation">Whether these are batches of the validation set, after an epoch's training.</param>
    public void ReportBatch(ClassificationMeter meter, int batch, int batches, int maxEpochs, bool isValidation) =>
        monitor.Batches?.Report(new(Epoch, maxEpochs, batch, batches, meter.Loss(), meter.Accuracy(), isValidation));

    /// <summary>How many epochs in a row, from the given one on, were no better than the best one.</summary>
    public int EpochsSinceBest(int firstEpoch) => _reports.Count - Math.Max(_reports.FindLastIndex(report => report.IsBest), firstEpoch - 2) - 1;

    /// <summary>Takes a copy for a checkpoint.</summary>
    public Checkpoint Save(StateDict weights, StateDict memory) => new(new TrainingProgress([.. _reports], [.. _warnings], Batches, Meter with { }), weights, memory, BestWeights);

    /// <summary>Puts back what a checkpoint holds.</summary>
    public void Restore(Checkpoint checkpoint)
    {
        _reports.Clear();
        _reports.AddRange(checkpoint.Progress.Reports);
        _warnings.InsertRange(0, checkpoint.Progress.Warnings);
        Batches = checkpoint.Progress.Batches;
        Meter = checkpoint.Progress.Meter;
        BestWeights = checkpoint.Best;
    }

    private static bool IsBetter(EpochReport report, EpochReport best) =>
        report.ValidationAccuracy > best.ValidationAccuracy
        || (report.ValidationAccuracy == best.ValidationAccuracy && report.ValidationLoss < best.ValidationLoss);
}
