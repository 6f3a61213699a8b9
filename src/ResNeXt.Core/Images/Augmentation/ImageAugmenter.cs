namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Applies a policy to one image after the other; safe for several threads.</summary>
internal sealed class ImageAugmenter
{
    private readonly AugmentationPolicy _policy;
    private readonly ImageShape _shape;
    private readonly PixelRange _range;
    private readonly PixelNormalization _normalization;
    private readonly PadAndCrop _padAndCrop;
    private readonly RandomResizedCrop _randomResizedCrop;
    private readonly ColorJitter _colorJitter;
    private readonly TrivialAugmentWide _trivialAugmentWide;

    /// <summary>Makes an augmenter.</summary>
    /// <param name="policy">What to do.</param>
    /// <param name="shape">The shape of every image.</param>
    /// <param name="range">Black and white of its pixels.</param>
    /// <param name="normalization">What makes pixels the network's inputs.</param>
    public ImageAugmenter(AugmentationPolicy policy, ImageShape shape, PixelRange range, PixelNormalization normalization)
    {
        (_policy, _shape, _range) = (policy, shape, range);
        // Colours are changed on the scale of bytes, which the normalisation then has to start from.
        _normalization = policy.ChangesColors ? range.ToBytes(normalization) : normalization;
        _padAndCrop = new(shape, policy.Padding, normalization.Mean);
        _randomResizedCrop = new(shape, policy.MinimumArea, policy.MaximumAspect);
        _colorJitter = new(policy, shape);
        _trivialAugmentWide = new(shape, _normalization.Mean);
    }

    /// <summary>Makes a network input from an image.</summary>
    /// <param name="source">The planar image, as the source gives it.</param>
    /// <param name="target">Takes the augmented, normalised image; not the source's memory.</param>
    /// <param name="random">Decides.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, Random random)
    {
        Crop(source, target, random);
        if (random.NextChance(_policy.HorizontalFlipProbability))
            HorizontalFlip.Apply(target, _shape.Width);
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

    private void ChangeColors(Span<float> image, Random random)
    {
        _range.ToBytes(image);
        _colorJitter.Apply(image, random);
        if (_policy.TrivialAugmentWide)
            _trivialAugmentWide.Apply(image, random);
    }
}
