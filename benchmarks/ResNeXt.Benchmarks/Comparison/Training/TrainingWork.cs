using ResNeXt.Core;
using ResNeXt.Core.Networks;

namespace ResNeXt.Benchmarks.Comparison.Training;

/// <summary>A network and the batches that it is trained on.</summary>
/// <param name="Architecture">One of <see cref="Architectures"/>.</param>
/// <param name="ImageSize">Side of the images in pixels.</param>
/// <param name="BatchSize">Images a step.</param>
/// <param name="Steps">Steps a round.</param>
internal sealed record TrainingWork(string Architecture, int ImageSize, int BatchSize, int Steps)
{
    // The same optimizer on both sides. What the images and labels are does not matter here, so the rate is one that nothing diverges with.
    public const float LearningRate = 0.001f, Momentum = 0.9f, WeightDecay = 5e-4f;

    /// <summary>How many classes the network tells apart.</summary>
    public int Classes => Network.Stem == StemKind.Cifar ? 10 : 1000;

    /// <summary>Images a round.</summary>
    public int Images => BatchSize * Steps;

    public Architecture Network => Architectures.Get(Architecture);

    /// <summary>Operations a training image takes, in 10^9: forward once and backward twice, a multiplication and an addition each.</summary>
    public double Gigaflops => 3 * 2 * Network.MultiplyAdds(ImageSize, Classes) / 1e9;
}
