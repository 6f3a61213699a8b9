using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Augments and normalizes images by a policy; safe for several threads.</summary>
internal sealed class ImageAugmenter
{
    private readonly AugmentationPolicy _policy;

    // Of the network inputs.
    private readonly ImageShape _shape;
    private readonly PixelRange _range;
    private readonly PixelNormalization _normalization;
    private readonly PadAndCrop _padAndCrop;
    private readonly RandomResizedCrop _randomResizedCrop;
    private readonly ColorJitter _colorJitter;
    private readonly TrivialAugmentWide _trivialAugmentWide;

    /// <summary>Creates an augmenter.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="shape">The shape of every image.</param>
    /// <param name="range">The pixel values of black and white.</param>
    /// <param name="normalization">The normalization from pixels to network inputs.</param>
    public ImageAugmenter(AugmentationPolicy policy, ImageShape shape, PixelRange range, PixelNormalization normalization)
    {
        (_policy, _shape, _range) = (policy, policy.ShapeOf(shape), range);
        // Colors are changed on the scale of bytes, from which the normalization then has to start.
        _normalization = policy.ChangesColors ? range.ToBytes(normalization) : normalization;
        _padAndCrop = new(shape, _shape, policy.Padding, policy.PaddingMode == PaddingMode.Reflect, normalization.Mean);
        _randomResizedCrop = new(shape, _shape, policy.MinimumArea, policy.MaximumAspect);
        _colorJitter = new(policy, _shape);
        _trivialAugmentWide = new(_shape, _normalization.Mean);
    }

    /// <summary>Turns an image into a network input.</summary>
    /// <param name="source">The pixels of the image, planar.</param>
    /// <param name="target">The memory for the network input; not the source's memory.</param>
    /// <param name="random">The random generator of the image.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, Random random)
    {
        Crop(source, target, random);
        if (random.NextChance(_policy.HorizontalFlipProbability))
            FlipHorizontally(target);
        if (_policy.ChangesColors)
            ChangeColors(target, random);
        _normalization.Apply(target, _shape.PlaneLength);
        if (random.NextChance(_policy.RandomErasingProbability))
            RandomErasing.Apply(target, _shape, random);
    }

    private void Crop(ReadOnlySpan<float> source, Span<float> target, Random random)
    {
        switch (_policy.Crop)
        {
            case CropKind.PadAndCrop:
                _padAndCrop.Apply(source, target, random);
                break;
            case CropKind.RandomResizedCrop:
                _randomResizedCrop.Apply(source, target, random);
                break;
            default:
                source.CopyTo(target);
                break;
        }
    }

    private void FlipHorizontally(Span<float> image)
    {
        for (int row = 0; row < image.Length; row += _shape.Width)
            image.Slice(row, _shape.Width).Reverse();
    }

    private void ChangeColors(Span<float> image, Random random)
    {
        _range.ToBytes(image);
        _colorJitter.Apply(image, random);
        if (_policy.TrivialAugmentWide)
            _trivialAugmentWide.Apply(image, random);
    }
}
