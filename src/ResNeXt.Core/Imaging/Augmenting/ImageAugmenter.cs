namespace ResNeXt.Core.Imaging.Augmenting;

/// <summary>Applies a policy to one image after the other; safe for several threads.</summary>
/// <param name="policy">What to do.</param>
/// <param name="shape">The shape of every image.</param>
/// <param name="range">Black and white of its pixels.</param>
/// <param name="normalization">What makes pixels the network's inputs.</param>
internal sealed class ImageAugmenter(AugmentationPolicy policy, ImageShape shape, PixelRange range, PixelNormalization normalization)
{
    /// <summary>Makes a network input from an image.</summary>
    /// <param name="source">The planar image, as the source gives it.</param>
    /// <param name="target">Takes the augmented, normalised image; not the source's memory.</param>
    /// <param name="random">Decides.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, Random random)
    {
        _ = (range, policy);
        if (policy.Crop == CropKind.PadAndCrop)
            CropAndFlip.Apply(source, target, shape, normalization.Mean, random);
        else
            source.CopyTo(target);
        normalization.Apply(target, shape.PlaneLength);
    }
}
