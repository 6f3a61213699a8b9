using ResNeXt.Core.Images.Augmentation;
using static System.FormattableString;

namespace ResNeXt.MLNet.Experiments;

/// <summary>The ranges that an experiment draws the settings of networks from.</summary>
public sealed record ResNeXtSearchSpace
{
    /// <summary>The smallest learning rate; rates are drawn uniformly on a logarithmic scale.</summary>
    /// <value>Default 0.005. Above 0.</value>
    public float MinLearningRate { get; init; } = 0.005f;

    /// <summary>The largest learning rate.</summary>
    /// <value>Default 0.2. At least <see cref="MinLearningRate"/>, at most 10.</value>
    public float MaxLearningRate { get; init; } = 0.2f;

    /// <summary>The smallest weight decay; decays are drawn uniformly on a logarithmic scale.</summary>
    /// <value>Default 0.00001. Above 0.</value>
    public float MinWeightDecay { get; init; } = 1e-5f;

    /// <summary>The largest weight decay.</summary>
    /// <value>Default 0.001. At least <see cref="MinWeightDecay"/>, at most 1.</value>
    public float MaxWeightDecay { get; init; } = 1e-3f;

    /// <summary>The augmentations of training images, one of which is drawn.</summary>
    /// <value>Default <see cref="AugmentationPolicy.Light"/> and <see cref="AugmentationPolicy.None"/>. At least one.</value>
    public IReadOnlyList<AugmentationPolicy> Augmentations { get; init; } = [AugmentationPolicy.Light, AugmentationPolicy.None];

    /// <summary>The sides, in pixels, that images are resized to, one of which is drawn; for image columns only.</summary>
    /// <value>Default none: the size in the trainer's options.</value>
    public IReadOnlyList<int> ImageSizes { get; init; } = [];

    /// <summary>
    /// For fine-tuning pretrained weights, around <see cref="Core.Training.Recipes.TrainingRecipe.FineTune"/>: learning rates from 0.00005 to
    /// 0.001, weight decays from 0.001 to 0.05, and <see cref="AugmentationPolicy.FineTune"/> or flips alone.
    /// </summary>
    public static ResNeXtSearchSpace FineTune { get; } = new()
    {
        MinLearningRate = 5e-5f,
        MaxLearningRate = 1e-3f,
        MinWeightDecay = 1e-3f,
        MaxWeightDecay = 0.05f,
        Augmentations =
        [
            AugmentationPolicy.FineTune,
            new() { HorizontalFlipProbability = 0.5f },
        ],
    };

    /// <summary>Draws settings at random.</summary>
    /// <param name="options">The options whose settings are replaced in the copy.</param>
    /// <param name="random">The generator to draw with.</param>
    internal ResNeXtTrainer.Options Draw(ResNeXtTrainer.Options options, Random random) => options with
    {
        LearningRate = LogUniform(MinLearningRate, MaxLearningRate, random),
        WeightDecay = LogUniform(MinWeightDecay, MaxWeightDecay, random),
        Augmentation = Augmentations[random.Next(Augmentations.Count)],
        ImageSize = ImageSizes.Count == 0 ? options.ImageSize : ImageSizes[random.Next(ImageSizes.Count)],
    };

    /// <summary>Describes the settings that differ between networks.</summary>
    /// <param name="options">The options with the settings.</param>
    internal static string Describe(ResNeXtTrainer.Options options)
    {
        string augmentation = options.EffectiveRecipe.Augmentation == AugmentationPolicy.None ? "as they are" : "augmented";
        string size = options.ImageSize is { } side ? Invariant($", {side} px") : "";
        return Invariant($"rate {options.LearningRate:G3}, decay {options.WeightDecay:G3}, {augmentation}{size}");
    }

    internal IEnumerable<string> GetValidationErrors()
    {
        if (!(MinLearningRate > 0 && MaxLearningRate >= MinLearningRate && MaxLearningRate <= 10))
        {
            yield return Invariant($"The learning rates to search are {MinLearningRate} to {MaxLearningRate}; ")
                + "they must be ascending, above 0 and at most 10.";
        }
        if (!(MinWeightDecay > 0 && MaxWeightDecay >= MinWeightDecay && MaxWeightDecay <= 1))
        {
            yield return Invariant($"The weight decays to search are {MinWeightDecay} to {MaxWeightDecay}; ")
                + "they must be ascending, above 0 and at most 1.";
        }
        if (Augmentations.Count == 0)
            yield return "SearchSpace.Augmentations is empty; list at least one policy.";
        foreach (string error in Augmentations.SelectMany(policy => policy.GetValidationErrors()))
            yield return error;
    }

    private static float LogUniform(float least, float most, Random random) => (float)(least * Math.Pow(most / least, random.NextDouble()));
}
