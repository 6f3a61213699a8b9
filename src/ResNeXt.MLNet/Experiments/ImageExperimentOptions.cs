using ResNeXt.Core.Options;
using ResNeXt.Core;
using static System.FormattableString;

namespace ResNeXt.MLNet.Experiments;

/// <summary>What an experiment tries, for how long, and by what it ranks.</summary>
public sealed record ImageExperimentOptions
{
    // What CancellationTokenSource can count, in whole millions of seconds.
    private const uint LongestTime = 4_000_000;

    /// <summary>When to stop, in seconds. A network's training is stopped between two steps; an estimator of the caller's cannot be interrupted.</summary>
    /// <value>Default 86,400, a day; 1 to 4,000,000.</value>
    public uint MaxExperimentTimeInSeconds { get; init; } = 24 * 60 * 60;

    /// <summary>What to rank by.</summary>
    /// <value>Default <see cref="ImageExperimentMetric.MicroAccuracy"/>.</value>
    public ImageExperimentMetric OptimizingMetric { get; init; } = ImageExperimentMetric.MicroAccuracy;

    /// <summary>Among how many of the most probable classes the top-k accuracy looks for the right one; all, where there are fewer.</summary>
    /// <value>Default 5; at least 1.</value>
    public int TopKPredictionCount { get; init; } = 5;

    /// <summary>Ends the experiment, which then returns what is finished.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Decides the settings drawn, the folds, and, where the trainer's options have no seed, the trainings.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The networks to try, names that <see cref="Core.Architectures.All"/> lists; may be empty.</summary>
    /// <value>Default resnet18, resnet50 and resnext50_32x4d.</value>
    public IReadOnlyList<string> Architectures { get; init; } = ["resnet18", "resnet50", "resnext50_32x4d"];

    /// <summary>How many settings to try of each network: those in <see cref="Trainer"/>, the others drawn from <see cref="SearchSpace"/>.</summary>
    /// <value>Default 3; at least 1.</value>
    public int ConfigurationsPerArchitecture { get; init; } = 3;

    /// <summary>Where to look for settings.</summary>
    public ResNeXtSearchSpace SearchSpace { get; init; } = new();

    /// <summary>Epochs of the first round. In each further round the better third is trained anew for three times as many.</summary>
    /// <value>Default 3; at least 1.</value>
    public int MinEpochs { get; init; } = 3;

    /// <summary>Epochs of the last round.</summary>
    /// <value>Default 27; at least <see cref="MinEpochs"/>.</value>
    public int MaxEpochs { get; init; } = 27;

    /// <summary>
    /// What all trainings have in common: columns, batch size, first weights, progress and so on. Architecture, epochs and cancellation are the
    /// experiment's. The columns are those of the caller's estimators too.
    /// </summary>
    public ResNeXtTrainer.Options Trainer { get; init; } = new();

    /// <summary>The clock that <see cref="MaxExperimentTimeInSeconds"/> is counted by.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Refuses settings out of range, all together.</summary>
    internal void Validate()
    {
        OptionErrors.ThrowIfAny([.. GetValidationErrors(), .. SearchSpace.GetValidationErrors()]);
    }

    private IEnumerable<string> GetValidationErrors()
    {
        if (MaxExperimentTimeInSeconds is 0 or > LongestTime)
            yield return Invariant($"MaxExperimentTimeInSeconds is {MaxExperimentTimeInSeconds}; it must be between 1 and {LongestTime}.");
        if (!Enum.IsDefined(OptimizingMetric))
            yield return $"OptimizingMetric is {OptimizingMetric}; it must be one of {string.Join(", ", Enum.GetNames<ImageExperimentMetric>())}.";
        foreach ((string name, int value) in new[]
        {
            (nameof(TopKPredictionCount), TopKPredictionCount), (nameof(ConfigurationsPerArchitecture), ConfigurationsPerArchitecture), (nameof(MinEpochs), MinEpochs),
        })
        {
            if (value < 1)
                yield return Invariant($"{name} is {value}; it must be at least 1.");
        }
        if (MaxEpochs < MinEpochs)
            yield return Invariant($"MaxEpochs is {MaxEpochs}; it must be at least MinEpochs, which is {MinEpochs}.");
        foreach (string mistake in ArchitectureMistakes())
            yield return mistake;
        if (Trainer.CheckpointDirectory is not null || Trainer.Resume)
            yield return "Trainer has a CheckpointDirectory, which the trainings of an experiment would take from each other; leave it and Resume out.";
    }

    private IEnumerable<string> ArchitectureMistakes()
    {
        if (Architectures.Distinct(StringComparer.Ordinal).Count() < Architectures.Count)
            yield return "Architectures names a network twice; name each once, and set ConfigurationsPerArchitecture.";
        string[] known = [.. Core.Architectures.All.Select(architecture => architecture.Name)];
        string[] unknown = [.. Architectures.Except(known, StringComparer.Ordinal)];
        if (unknown.Length > 0)
            yield return $"Architectures has '{string.Join("', '", unknown)}', which is unknown; there are {string.Join(", ", known)}.";
    }
}
