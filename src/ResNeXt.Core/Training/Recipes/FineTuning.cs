using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>Training from weights that already know other images: first the head alone, then the stages below it with smaller rates.</summary>
/// <remarks>
/// A frozen layer keeps its weights and its batch-norm statistics. The rate's schedule runs once over the frozen epochs and once over the others.
/// </remarks>
public sealed record FineTuning
{
    /// <summary>Epochs in which only the head learns.</summary>
    /// <value>Default null: a third of the recipe's epochs, at least one; 1 to the recipe's epochs.</value>
    public int? FrozenEpochs { get; init; }

    /// <summary>After how many epochs each the next stage below is unfrozen, from the last stage to the stem.</summary>
    /// <value>Default 0: all at once when the frozen epochs are over.</value>
    public int EpochsPerStage { get; init; }

    /// <summary>The highest rate after the frozen epochs, as a part of the recipe's.</summary>
    /// <value>Default 0.2; above 0, at most 1.</value>
    public float UnfrozenRate { get; init; } = 0.2f;

    /// <summary>The rate of a stage as a part of that of the stage above it (discriminative rates: Howard and Ruder 2018, arXiv 1801.06146).</summary>
    /// <value>Default 0.5; above 0, at most 1.</value>
    public float RatePerStage { get; init; } = 0.5f;

    /// <summary>
    /// Whether the frozen epochs compute the features of every image once, as it is, instead of in every epoch, augmented: many times faster. What
    /// exceeds <see cref="TrainingOptions.FeatureCacheInMegabytes"/> goes to a temporary file.
    /// </summary>
    /// <value>Default true.</value>
    public bool CacheFeatures { get; init; } = true;

    /// <summary>The frozen epochs of a recipe with so many epochs.</summary>
    internal int FrozenOf(int maxEpochs) => FrozenEpochs ?? Math.Max(1, maxEpochs / 3);

    /// <summary>Every value that is out of range, in words.</summary>
    internal IEnumerable<string> GetValidationErrors(int maxEpochs)
    {
        if (FrozenEpochs < 1 || FrozenEpochs > maxEpochs)
            yield return Invariant($"FineTuning.FrozenEpochs is {FrozenEpochs}; it must be between 1 and MaxEpochs, which is {maxEpochs}.");
        if (EpochsPerStage < 0)
            yield return Invariant($"FineTuning.EpochsPerStage is {EpochsPerStage}; it must be at least 0.");
        if (!(UnfrozenRate is > 0 and <= 1))
            yield return Invariant($"FineTuning.UnfrozenRate is {UnfrozenRate}; it must be above 0 and at most 1.");
        if (!(RatePerStage is > 0 and <= 1))
            yield return Invariant($"FineTuning.RatePerStage is {RatePerStage}; it must be above 0 and at most 1.");
    }
}
