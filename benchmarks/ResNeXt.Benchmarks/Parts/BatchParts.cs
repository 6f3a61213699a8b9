using BenchmarkDotNet.Attributes;
using ResNeXt.Benchmarks.Comparison.Training;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;

namespace ResNeXt.Benchmarks.Parts;

/// <summary>How fast batches come when no network computes: images of 224 pixels in batches of 32, by one background worker and by two.</summary>
public class BatchParts
{
    private const int Images = 256;

    private ImageStore _images = null!;

    /// <summary>Batches that are prepared at the same time.</summary>
    [Params(1, 2)]
    public int Workers { get; set; }

    /// <summary>Makes images.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TorchLibrary.EnsureLoaded();
        _images = NoiseImages.Store(size: 224, Images, classes: 10);
    }

    /// <summary>Gives them back.</summary>
    [GlobalCleanup]
    public void Cleanup() => _images.Dispose();

    /// <summary>The time of one image.</summary>
    [Benchmark(OperationsPerInvoke = Images)]
    public void LightlyAugmented()
    {
        var loader = new BatchLoader(_images, PixelNormalization.ImageNet, batchSize: 32, Workers, Computation.OnCpu);
        var transform = new TrainingTransform(AugmentationPolicy.Light, _images, PixelNormalization.ImageNet, classes: 10);
        foreach (Batch batch in loader.Epoch(transform, new EpochRandom(1, 1), balanced: false, firstBatch: 0))
            batch.Dispose();
    }
}
