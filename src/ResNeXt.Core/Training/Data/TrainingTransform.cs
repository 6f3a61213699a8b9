using System.Numerics.Tensors;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;

namespace ResNeXt.Core.Training.Data;

/// <summary>Turns training images into network inputs: augmentation, normalization, and mixing over the batch.</summary>
/// <param name="policy">The augmentation policy.</param>
/// <param name="dataset">The training images.</param>
/// <param name="normalization">The normalization from pixels to network inputs.</param>
/// <param name="classes">The number of classes.</param>
internal sealed class TrainingTransform(AugmentationPolicy policy, IImageDataset dataset, PixelNormalization normalization, int classes)
{
    private readonly ImageAugmenter _augmenter = new(policy, dataset.Shape, dataset.Range, normalization);
    private readonly BatchMixer? _mixer = policy.Mixes ? new(policy, policy.ShapeOf(dataset.Shape)) : null;

    /// <summary>The shape of the network inputs.</summary>
    public ImageShape Shape { get; } = policy.ShapeOf(dataset.Shape);

    /// <summary>Augments and normalizes one image.</summary>
    /// <param name="pixels">The pixels of the image.</param>
    /// <param name="target">The memory for the network input.</param>
    /// <param name="random">The random generator of the image.</param>
    public void Apply(ReadOnlySpan<float> pixels, Span<float> target, Random random) => _augmenter.Apply(pixels, target, random);

    /// <summary>Mixes the images of a batch, if the policy has mixup or cutmix, and copies them to the device.</summary>
    /// <param name="buffer">The batch, complete.</param>
    /// <param name="random">The random generator of the batch.</param>
    /// <returns>The batch; owned by the caller.</returns>
    public Batch ToBatch(BatchBuffer buffer, Random random)
    {
        if (_mixer is null)
            return buffer.ToBatch();
        var targets = new float[buffer.Count * classes];
        for (int i = 0; i < buffer.Count; i++)
            targets[i * classes + buffer.Labels[i]] = 1;
        _mixer.Mix(buffer.Images, targets, random);
        for (int i = 0; i < buffer.Count; i++)
            buffer.Labels[i] = TensorPrimitives.IndexOfMax(targets.AsSpan(i * classes, classes));
        return buffer.ToBatch(targets);
    }
}
