using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Training;

/// <summary>Everything that a training run carries from one epoch to the next; order and augmentation are functions of the seed and are not part of it.</summary>
internal sealed class TrainingState(ResidualNetwork network, MomentumSgd optimizer)
{
    private readonly List<EpochReport> _reports = [];

    public ResidualNetwork Network => network;

    public MomentumSgd Optimizer => optimizer;

    /// <summary>The epochs so far.</summary>
    public IReadOnlyList<EpochReport> Reports => _reports;

    /// <summary>The weights of the epoch with the best validation; null without a validation set.</summary>
    public WeightSet? BestWeights { get; private set; }

    /// <summary>Adds an epoch that has just ended and marks it if it is the best so far.</summary>
    public EpochReport Complete(EpochReport report)
    {
        EpochReport? best = _reports.LastOrDefault(earlier => earlier.IsBest);
        report = report with { IsBest = best is null || report.ValidationAccuracy is null || IsBetter(report, best) };
        _reports.Add(report);
        if (report.ValidationAccuracy is not null && report.IsBest)
            BestWeights = network.GetWeights();
        return report;
    }

    /// <summary>Puts back what a checkpoint holds.</summary>
    public void Restore(IEnumerable<EpochReport> reports, WeightSet? bestWeights)
    {
        _reports.Clear();
        _reports.AddRange(reports);
        BestWeights = bestWeights;
    }

    /// <summary>Gives the network the weights of the best epoch.</summary>
    public void RestoreBest()
    {
        if (BestWeights is not null)
            network.SetWeights(BestWeights);
    }

    private static bool IsBetter(EpochReport report, EpochReport best) =>
        report.ValidationAccuracy > best.ValidationAccuracy
        || (report.ValidationAccuracy == best.ValidationAccuracy && report.ValidationLoss < best.ValidationLoss);
}
