using System.Globalization;

namespace ResNeXt.MLNet;

/// <summary>Where an experiment looks for better settings of a network.</summary>
public sealed record ResNeXtSearchSpace
{
    /// <summary>The smallest learning rate; rates are drawn evenly on a logarithmic scale.</summary>
    /// <value>Default 0.005; above 0.</value>
    public float MinLearningRate { get; init; } = 0.005f;

    /// <summary>The largest learning rate.</summary>
    /// <value>Default 0.1; at least <see cref="MinLearningRate"/>, at most 10.</value>
    public float MaxLearningRate { get; init; } = 0.1f;

    /// <summary>The smallest weight decay; decays are drawn evenly on a logarithmic scale.</summary>
    /// <value>Default 0.00001; above 0.</value>
    public float MinWeightDecay { get; init; } = 1e-5f;

    /// <summary>The largest weight decay.</summary>
    /// <value>Default 0.001; at least <see cref="MinWeightDecay"/>, at most 1.</value>
    public float MaxWeightDecay { get; init; } = 1e-3f;

    /// <summary>Whether training images are changed at random: both ways are tried, or the only one that is listed.</summary>
    /// <value>Default both.</value>
    public IReadOnlyList<bool> Augment { get; init; } = [true, false];

    /// <summary>Sides, in pixels, to resize images to; for image columns only.</summary>
    /// <value>Default none: that of the trainer's options.</value>
    public IReadOnlyList<int> ImageSizes { get; init; } = [];

    /// <summary>Draws settings, in place of those in the options.</summary>
    internal ResNeXtTrainer.Options Draw(ResNeXtTrainer.Options options, Random random) => options with
    {
        LearningRate = LogUniform(MinLearningRate, MaxLearningRate, random),
        WeightDecay = LogUniform(MinWeightDecay, MaxWeightDecay, random),
        Augment = Augment[random.Next(Augment.Count)],
        ImageSize = ImageSizes.Count == 0 ? options.ImageSize : ImageSizes[random.Next(ImageSizes.Count)],
    };

    /// <summary>The settings that differ between networks, in words.</summary>
    internal static string Describe(ResNeXtTrainer.Options options) => string.Create(CultureInfo.InvariantCulture,
        $"rate {options.LearningRate:G3}, decay {options.WeightDecay:G3}, {(options.Augment ? "augmented" : "as they are")}"
        + $"{(options.ImageSize is { } size ? $", {size} px" : "")}");

    internal IEnumerable<string> Mistakes()
    {
        if (!(MinLearningRate > 0 && MaxLearningRate >= MinLearningRate && MaxLearningRate <= 10))
            yield return $"The learning rates to search are {MinLearningRate} to {MaxLearningRate}; they must be ascending, above 0 and at most 10.";
        if (!(MinWeightDecay > 0 && MaxWeightDecay >= MinWeightDecay && MaxWeightDecay <= 1))
            yield return $"The weight decays to search are {MinWeightDecay} to {MaxWeightDecay}; they must be ascending, above 0 and at most 1.";
        if (Augment.Count == 0)
            yield return "SearchSpace.Augment is empty; list true, false or both.";
    }

    private static float LogUniform(float least, float most, Random random) => (float)(least * Math.Pow(most / least, random.NextDouble()));
}
