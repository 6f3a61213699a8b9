using System.Collections.Immutable;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Benchmarks.Comparison.Training;

/// <summary>Epochs of many images with 256 MiB for them in memory: the others are streamed, and a network that costs little lets it show.</summary>
/// <param name="count">Images an epoch.</param>
internal sealed class StreamedTraining(int count) : IMeasuredSide
{
    private const long CacheBytes = 256L << 20;
    private const int Size = 224, Classes = 10, BatchSize = 32;

    // One block of eight channels after a stem that makes the images a sixteenth as large.
    private static readonly Architecture Small = new() { Name = "one_block", Block = BlockKind.Basic, Depths = ImmutableArray.Create(1), StemWidth = 8 };

    private readonly ImageStore _images = NoiseImages.Store(Size, count, Classes, CacheBytes);

    public Reading Measure()
    {
        using var network = new ResidualNetwork(Small, Classes, seed: 1);
        TrainingOptions options = ShippedTraining.Options(BatchSize, Precision.Automatic, epochs: 2);
        TrainingResult outcome = new ClassifierTrainer(network, PixelNormalization.ImageNet, options).Train(_images);
        return new(1000 / outcome.Epochs[1].ImagesPerSecond);
    }

    public void Dispose() => _images.Dispose();
}
