using ResNeXt.Core.Options;
using static System.FormattableString;

namespace ResNeXt.MLNet.Experiments;

/// <summary>The options of an <see cref="ImageExperiment"/>.</summary>
public sealed record ImageExperimentOptions
{
    // CancellationTokenSource counts milliseconds up to uint.MaxValue; this is rounded down to whole millions of seconds.
    private const uint LongestTime = 4_000_000;

    /// <summary>
    /// The time limit in seconds. The training of a network is then stopped between two steps; pipelines that were added cannot be interrupted.
    /// </summary>
    /// <value>Default 86,400, a day. From 1 to 4,000,000.</value>
    public uint MaxExperimentTimeInSeconds { get; init; } = 24 * 60 * 60;

    /// <summary>The metric to rank by.</summary>
    /// <value>Default <see cref="ImageExperimentMetric.MicroAccuracy"/>.</value>
    public ImageExperimentMetric OptimizingMetric { get; init; } = ImageExperimentMetric.MicroAccuracy;

    /// <summary>The number of most probable classes for the top-k accuracy; all classes if there are fewer.</summary>
    /// <value>Default 5. At least 1.</value>
    public int TopKPredictionCount { get; init; } = 5;

    /// <summary>Ends the experiment, which then returns the ranking of the candidates that are finished.</summary>
    /// <value>Default: never.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The seed of the settings that are drawn, of the folds, and, if <see cref="Trainer"/> has no seed, of the trainings.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The names of the networks to train, each one of <see cref="Core.Architectures.All"/>.</summary>
    /// <value>Default <c>resnet18</c>, <c>resnet50</c> and <c>resnext50_32x4d</c>. Each at most once; may be empty.</value>
    public IReadOnlyList<string> Architectures { get; init; } = ["resnet18", "resnet50", "resnext50_32x4d"];

    /// <summary>
    /// The number of settings to train each network with: first those in <see cref="Trainer"/>, the others drawn at random from
    /// <see cref="SearchSpace"/>.
    /// </summary>
    /// <value>Default 3. At least 1.</value>
    public int ConfigurationsPerArchitecture { get; init; } = 3;

    /// <summary>The ranges that settings are drawn from.</summary>
    /// <value>Default null: <see cref="ResNeXtSearchSpace.FineTune"/> if <see cref="Trainer"/> fine-tunes, or else the defaults of the type.</value>
    public ResNeXtSearchSpace? SearchSpace { get; init; }

    /// <summary>
    /// The epochs of the first round. In each further round the best third is trained from the beginning for three times as many.
    /// </summary>
    /// <value>Default 3. At least 1.</value>
    public int MinEpochs { get; init; } = 3;

    /// <summary>The epochs of the last round.</summary>
    /// <value>Default 27. At least <see cref="MinEpochs"/>.</value>
    public int MaxEpochs { get; init; } = 27;

    /// <summary>
    /// The options that all trainings have in common: columns, batch size, initial weights, progress and so on. The experiment replaces architecture,
    /// epochs and cancellation. Pipelines that were added have the same columns.
    /// </summary>
    /// <value>Default: the trainer's defaults. Without <c>CheckpointDirectory</c> and <c>Resume</c>.</value>
    public ResNeXtTrainer.Options Trainer { get; init; } = new();

    /// <summary>The ranges to draw from: those given, or those that suit the training.</summary>
    internal ResNeXtSearchSpace EffectiveSearchSpace =>
        SearchSpace ?? (Trainer.EffectiveRecipe.FineTuning is null ? new() : ResNeXtSearchSpace.FineTune);

    /// <summary>The clock that measures the time.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Refuses options that are out of range.</summary>
    /// <exception cref="ArgumentException">Lists every option that is out of range: its value, what is allowed.</exception>
    internal void Validate() =>
        OptionErrors.ThrowIfAny([.. GetRangeErrors(), .. GetArchitectureErrors(), .. EffectiveSearchSpace.GetValidationErrors()]);

    private IEnumerable<string> GetRangeErrors()
    {
        if (MaxExperimentTimeInSeconds is 0 or > LongestTime)
            yield return Invariant($"MaxExperimentTimeInSeconds is {MaxExperimentTimeInSeconds}; it must be between 1 and {LongestTime}.");
        if (!Enum.IsDefined(OptimizingMetric))
            yield return $"OptimizingMetric is {OptimizingMetric}; it must be one of {string.Join(", ", Enum.GetNames<ImageExperimentMetric>())}.";
        foreach ((string name, int value) in new[]
        {
            (nameof(TopKPredictionCount), TopKPredictionCount),
            (nameof(ConfigurationsPerArchitecture), ConfigurationsPerArchitecture),
            (nameof(MinEpochs), MinEpochs),
        })
        {
            if (value < 1)
                yield return Invariant($"{name} is {value}; it must be at least 1.");
        }
        if (MaxEpochs < MinEpochs)
            yield return Invariant($"MaxEpochs is {MaxEpochs}; it must be at least MinEpochs, which is {MinEpochs}.");
        if (Trainer.CheckpointDirectory is not null || Trainer.Resume)
            yield return "Trainer has a CheckpointDirectory, but the trainings of an experiment cannot share one; leave it and Resume out.";
    }

    private IEnumerable<string> GetArchitectureErrors()
    {
        if (Architectures.Distinct(StringComparer.Ordinal).Count() < Architectures.Count)
            yield return "Architectures names a network twice; name each once, and set ConfigurationsPerArchitecture.";
        string[] known = [.. Core.Architectures.All.Select(architecture => architecture.Name)];
        string[] unknown = [.. Architectures.Except(known, StringComparer.Ordinal)];
        if (unknown.Length > 0)
            yield return $"Architectures has '{string.Join("', '", unknown)}', which is unknown; there are {string.Join(", ", known)}.";
    }
}
