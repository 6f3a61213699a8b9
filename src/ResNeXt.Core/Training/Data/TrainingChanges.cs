using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;

namespace ResNeXt.Core.Training.Data;

/// <summary>What training images go through on their way into a batch: augmentation, normalisation, mixing.</summary>
internal sealed class TrainingChanges(AugmentationPolicy policy, IImageDataset source, PixelNormalization normalization, int classes)
{
    private readonly ImageAugmenter _augmenter = new(policy, source.Shape, source.Range, normalization);
    private readonly BatchMixer? _mixer = policy.Mixes ? new(policy, source.Shape) : null;

    /// <summary>Makes a network input from one image.</summary>
    public void Apply(ReadOnlySpan<float> pixels, Span<float> target, Random random) => _augmenter.Apply(pixels, target, random);

    /// <summary>Mixes a batch, if the policy does, and makes tensors of it.</summary>
    public Batch Finish(BatchBuffer buffer, Random random)
    {
        if (_mixer is null)
            return buffer.ToBatch();
        var parts = new float[buffer.Count * classes];
        for (int i = 0; i < buffer.Count; i++)
            parts[i * classes + buffer.Labels[i]] = 1;
        _mixer.Mix(buffer.Images, parts, random);
        for (int i = 0; i < buffer.Count; i++)
            buffer.Labels[i] = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(parts.AsSpan(i * classes, classes));
        return buffer.ToBatch(parts);
    }
}
