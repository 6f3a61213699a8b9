using System.Text.Json.Serialization;
using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>Fine-tuning of pretrained weights: the last layer is trained first, then the stages before it too, with smaller learning rates.</summary>
/// <remarks>
/// A frozen layer keeps its weights and its batch-norm statistics. The learning-rate schedule runs once over the frozen epochs, and once more over
/// the others.
/// </remarks>
public sealed record FineTuning
{
    /// <summary>The number of epochs in which only the last layer (the head) learns.</summary>
    /// <value>Default null: a third of the recipe's epochs, at least one; 1 to the recipe's epochs.</value>
    public int? FrozenEpochs { get; init; }

    /// <summary>The number of epochs between unfreezing one stage and the next, from the last stage down to the stem.</summary>
    /// <value>Default 0: all at once when the frozen epochs are over.</value>
    public int EpochsPerStage { get; init; }

    /// <summary>The highest learning rate after the frozen epochs, as a fraction of the recipe's.</summary>
    /// <value>Default 0.2; above 0, at most 1.</value>
    public float UnfrozenRate { get; init; } = 0.2f;

    /// <summary>
    /// The learning rate of a stage as a fraction of the rate of the stage after it (nearer the output). Such rates are called discriminative: Howard
    /// and Ruder 2018, arXiv 1801.06146.
    /// </summary>
    /// <value>Default 0.5; above 0, at most 1.</value>
    public float RatePerStage { get; init; } = 0.5f;

    /// <summary>
    /// Whether batch normalization goes on with the means and variances of the pretrained weights, instead of those of the batches. A small batch tells
    /// little about them. The scales and shifts of batch normalization learn in any case.
    /// </summary>
    /// <value>Default false.</value>
    public bool FreezeNormalization { get; init; }

    /// <summary>
    /// Whether the frozen epochs compute the features of every image once, without augmentation, instead of in every epoch with augmentation. This is
    /// many times faster. Features beyond <see cref="TrainingOptions.FeatureCacheInMegabytes"/> go to a temporary file.
    /// </summary>
    /// <value>Default true.</value>
    public bool CacheFeatures { get; init; } = true;

    /// <summary>
    /// The highest learning rate of the frozen epochs, if features are cached, as a multiple of one over the mean square length of the features. A
    /// linear classifier learns well with about 1 and diverges with about 4, however large the features of a pretrained network are.
    /// </summary>
    /// <value>Default null: the recipe's learning rate, whatever the features are; above 0, at most 4.</value>
    public float? FeatureRate { get; init; }

    /// <summary>
    /// Whether the last layer starts from linear discriminant analysis of the features (Fisher 1936), which needs no learning rate, instead of from
    /// its initial weights. Features of mirror images count too, if the augmentation mirrors images.
    /// </summary>
    /// <value>Default false; needs <see cref="CacheFeatures"/>.</value>
    public bool DiscriminantHead { get; init; }

    /// <summary>
    /// Where the weights that are kept lie between those at the end of the frozen epochs (0) and those that were learned since (1). Weights between
    /// the two often classify new images better than either, because few images also teach what is true only of them (Wortsman et al. 2022, arXiv
    /// 2109.01903). Training itself goes on from the learned weights.
    /// </summary>
    /// <value>Default null: the learned weights; above 0, at most 1.</value>
    // Left out of checkpoints where it is null, so that those of earlier versions, which do not know it, can be resumed.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? Interpolation { get; init; }

    /// <summary>The number of frozen epochs, with the default worked out.</summary>
    /// <param name="maxEpochs">The number of epochs of the recipe.</param>
    internal int FrozenOf(int maxEpochs) => FrozenEpochs ?? Math.Max(1, maxEpochs / 3);

    /// <summary>Lists the values that are out of range, one sentence each.</summary>
    /// <param name="maxEpochs">The number of epochs of the recipe.</param>
    internal IEnumerable<string> GetValidationErrors(int maxEpochs)
    {
        if (FrozenEpochs < 1 || FrozenEpochs > maxEpochs)
            yield return Invariant($"FineTuning.FrozenEpochs is {FrozenEpochs}; it must be between 1 and MaxEpochs, which is {maxEpochs}.");
        if (EpochsPerStage < 0)
            yield return Invariant($"FineTuning.EpochsPerStage is {EpochsPerStage}; it must be at least 0.");
        if (!(UnfrozenRate is > 0 and <= 1))
            yield return Invariant($"FineTuning.UnfrozenRate is {UnfrozenRate}; it must be above 0 and at most 1.");
        if (FeatureRate is not (null or (> 0 and <= 4)))
            yield return Invariant($"FineTuning.FeatureRate is {FeatureRate}; it must be above 0 and at most 4.");
        if (DiscriminantHead && !CacheFeatures)
            yield return "FineTuning.DiscriminantHead is set without CacheFeatures; the analysis needs the features of all images.";
        if (!(RatePerStage is > 0 and <= 1))
            yield return Invariant($"FineTuning.RatePerStage is {RatePerStage}; it must be above 0 and at most 1.");
        if (Interpolation is not (null or (> 0 and <= 1)))
            yield return Invariant($"FineTuning.Interpolation is {Interpolation}; it must be above 0 and at most 1.");
    }
}
