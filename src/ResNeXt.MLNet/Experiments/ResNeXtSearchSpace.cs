using System.Globalization;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.MLNet.Scoring;
using static System.FormattableString;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Where an experiment looks for better settings of a network.</summary>
public sealed record ResNeXtSearchSpace
{
    /// <summary>The smallest learning rate; rates are drawn evenly on a logarithmic scale.</summary>
    /// <value>Default 0.005; above 0.</value>
    public float MinLearningRate { get; init; } = 0.005f;

    /// <summary>The largest learning rate.</summary>
    /// <value>Default 0.2; at least <see cref="MinLearningRate"/>, at most 10.</value>
    public float MaxLearningRate { get; init; } = 0.2f;

    /// <summary>The smallest weight decay; decays are drawn evenly on a logarithmic scale.</summary>
    /// <value>Default 0.00001; above 0.</value>
    public float MinWeightDecay { get; init; } = 1e-5f;

    /// <summary>The largest weight decay.</summary>
    /// <value>Default 0.001; at least <see cref="MinWeightDecay"/>, at most 1.</value>
    public float MaxWeightDecay { get; init; } = 1e-3f;

    /// <summary>What training images go through: one of these.</summary>
    /// <value>Default <see cref="AugmentationPolicy.Light"/> and <see cref="AugmentationPolicy.None"/>.</value>
    public IReadOnlyList<AugmentationPolicy> Augmentations { get; init; } = [AugmentationPolicy.Light, AugmentationPolicy.None];

    /// <summary>Sides, in pixels, to resize images to; for image columns only.</summary>
    /// <value>Default none: that of the trainer's options.</value>
    public IReadOnlyList<int> ImageSizes { get; init; } = [];

    /// <summary>Draws settings, in place of those in the options.</summary>
    internal ResNeXtTrainer.Options Draw(ResNeXtTrainer.Options options, Random random) => options with
    {
        LearningRate = LogUniform(MinLearningRate, MaxLearningRate, random),
        WeightDecay = LogUniform(MinWeightDecay, MaxWeightDecay, random),
        Recipe = options.EffectiveRecipe with { Augmentation = Augmentations[random.Next(Augmentations.Count)] },
        ImageSize = ImageSizes.Count == 0 ? options.ImageSize : ImageSizes[random.Next(ImageSizes.Count)],
    };

    /// <summary>The settings that differ between networks, in words.</summary>
    internal static string Describe(ResNeXtTrainer.Options options) => string.Create(CultureInfo.InvariantCulture,
        $"rate {options.LearningRate:G3}, decay {options.WeightDecay:G3}, {(options.EffectiveRecipe.Augmentation == AugmentationPolicy.None ? "as they are" : "augmented")}"
        + $"{(options.ImageSize is { } size ? $", {size} px" : "")}");

    internal IEnumerable<string> GetValidationErrors()
    {
        if (!(MinLearningRate > 0 && MaxLearningRate >= MinLearningRate && MaxLearningRate <= 10))
            yield return Invariant($"The learning rates to search are {MinLearningRate} to {MaxLearningRate}; they must be ascending, above 0 and at most 10.");
        if (!(MinWeightDecay > 0 && MaxWeightDecay >= MinWeightDecay && MaxWeightDecay <= 1))
            yield return Invariant($"The weight decays to search are {MinWeightDecay} to {MaxWeightDecay}; they must be ascending, above 0 and at most 1.");
        if (Augmentations.Count == 0)
            yield return "SearchSpace.Augmentations is empty; list at least one policy.";
        foreach (string mistake in Augmentations.SelectMany(policy => policy.GetValidationErrors()))
            yield return mistake;
    }

    private static float LogUniform(float least, float most, Random random) => (float)(least * Math.Pow(most / least, random.NextDouble()));
}
