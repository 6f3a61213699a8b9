using System.Numerics.Tensors;

namespace ResNeXt.Core.Imaging.Augmenting;

/// <summary>What a network would see of some images while it is trained, as pixels again, so that people can look at it.</summary>
public sealed class AugmentationPreview
{
    private readonly IImageSource _source;
    private readonly PixelNormalization _normalization;
    private readonly ImageAugmenter _augmenter;
    private readonly BatchMixer? _mixer;
    private readonly int _seed;

    /// <summary>Prepares a preview.</summary>
    /// <param name="source">Training images; not owned.</param>
    /// <param name="normalization">What the training normalises with; one mean and deviation per channel.</param>
    /// <param name="policy">What the training does to the images.</param>
    /// <param name="seed">The same seed shows the same.</param>
    /// <exception cref="ArgumentException">
    /// A value of the policy is out of range, the normalisation has another number of channels, or there is no image.
    /// </exception>
    public AugmentationPreview(IImageSource source, PixelNormalization normalization, AugmentationPolicy policy, int seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentNullException.ThrowIfNull(policy);
        string[] mistakes = [.. Mistakes(source, normalization, policy)];
        if (mistakes.Length > 0)
            throw new ArgumentException(string.Join(" ", mistakes));
        (_source, _normalization, _seed) = (source, normalization, seed);
        _augmenter = new ImageAugmenter(policy, source.Shape, source.Range, normalization);
        _mixer = policy.Mixes ? new BatchMixer(policy, source.Shape) : null;
    }

    /// <summary>Draws augmented images.</summary>
    /// <param name="images">How many images, spread evenly over the source; at least 1, at most what the source has.</param>
    /// <param name="draws">How often each of them, 1 or more; every draw is another epoch. Mixup and cutmix pair the images of one draw.</param>
    /// <param name="epoch">The first epoch, from 1.</param>
    /// <returns>Planar pixels within the source's range: all draws of the first image, then those of the second.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public IReadOnlyList<float[]> Draw(int images, int draws, int epoch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(images, _source.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        var pictures = new float[images * draws][];
        var batch = new float[checked(images * _source.Shape.Length)];
        for (int draw = 0; draw < draws; draw++)
        {
            FillBatch(batch, images, unchecked(epoch + draw));
            for (int image = 0; image < images; image++)
                pictures[image * draws + draw] = ToPixels(batch.AsSpan(image * _source.Shape.Length, _source.Shape.Length));
        }
        return pictures;
    }

    private void FillBatch(Span<float> batch, int images, int epoch)
    {
        var pixels = new float[_source.Shape.Length];
        for (int image = 0; image < images; image++)
        {
            int index = (int)((long)image * _source.Count / images);
            _source.CopyTo(index, pixels);
            _augmenter.Apply(pixels, batch.Slice(image * pixels.Length, pixels.Length), Generator(epoch, index));
        }
        // Labels are not shown: a single class that all images have stands for them.
        float[] parts = new float[images];
        Array.Fill(parts, 1);
        _mixer?.Mix(batch, parts, Generator(epoch, _source.Count));
    }

    // Mixed by SplitMix64's finalizer: Random gives similar draws for neighbouring seeds.
    private Random Generator(int epoch, int place)
    {
        ulong mixed = ((ulong)(uint)_seed << 32 | (uint)epoch) + 0x9E3779B97F4A7C15UL * ((ulong)place + 1);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return new Random((int)((mixed ^ (mixed >> 31)) & int.MaxValue));
    }

    private float[] ToPixels(ReadOnlySpan<float> input)
    {
        float[] pixels = input.ToArray();
        _normalization.Undo(pixels, _source.Shape.PlaneLength);
        TensorPrimitives.Max(pixels, _source.Range.Minimum, pixels);
        TensorPrimitives.Min(pixels, _source.Range.Maximum, pixels);
        return pixels;
    }

    private static IEnumerable<string> Mistakes(IImageSource source, PixelNormalization normalization, AugmentationPolicy policy)
    {
        if (source.Count == 0)
            yield return "There is no image to preview; give a source with at least one.";
        if (normalization.Mean.Count != source.Shape.Channels)
        {
            yield return $"The mean and standard deviation have {normalization.Mean.Count} values and the images {source.Shape.Channels} channels; "
                + "give one per channel.";
        }
        foreach (string mistake in policy.Mistakes())
            yield return mistake;
    }
}
