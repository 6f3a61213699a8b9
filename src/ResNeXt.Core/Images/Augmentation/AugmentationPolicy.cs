using ResNeXt.Core.Networks;
using static System.FormattableString;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>How training images are changed at random before the network sees them; validation and scoring always see them as they are.</summary>
/// <remarks>
/// The operations follow in this order: crop, flip, colour jitter, TrivialAugmentWide; then the normalisation; then random erasing; then mixup or
/// cutmix over the batch. Every draw is a function of seed, epoch and image (or batch) alone. The operations are torchvision's. Pixels may be on any
/// scale: colours are changed between <see cref="IImageDataset.Range"/>'s black and white.
/// </remarks>
public sealed record AugmentationPolicy
{
    /// <summary>Leaves the images as they are.</summary>
    public static AugmentationPolicy None { get; } = new();

    /// <summary>Padding by an eighth, crop and flip: what both papers do to 32-pixel images, and a safe choice for everything else.</summary>
    public static AugmentationPolicy Light { get; } = new() { Crop = CropKind.PadAndCrop, HorizontalFlipProbability = 0.5f };

    /// <summary>What the papers' recipes of today use: random resized crop, flip, TrivialAugmentWide, random erasing, mixup and cutmix.</summary>
    public static AugmentationPolicy Modern { get; } = new()
    {
        Crop = CropKind.RandomResizedCrop,
        HorizontalFlipProbability = 0.5f,
        TrivialAugmentWide = true,
        RandomErasingProbability = 0.1f,
        MixupAlpha = 0.2f,
        CutMixAlpha = 1,
    };

    /// <summary>What the papers used: <see cref="Light"/> for 32-pixel networks, random resized crop, flip and colour jitter for ImageNet's.</summary>
    /// <param name="architecture">The network.</param>
    public static AugmentationPolicy Paper(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return architecture.Stem == StemKind.Cifar
            ? Light
            : new() { Crop = CropKind.RandomResizedCrop, HorizontalFlipProbability = 0.5f, Brightness = 0.4f, Contrast = 0.4f, Saturation = 0.4f };
    }

    /// <summary>Which part of the image is used.</summary>
    /// <value>Default none: all of it.</value>
    public CropKind Crop { get; init; }

    /// <summary>For <see cref="CropKind.PadAndCrop"/>: padding on each side, as a part of the image's side. The padding is the mean, which the network sees as zero.</summary>
    /// <value>Default 0.125, which is 4 pixels of 32; above 0, at most 0.5.</value>
    public float Padding { get; init; } = 0.125f;

    /// <summary>For <see cref="CropKind.RandomResizedCrop"/>: the smallest part of the area.</summary>
    /// <value>Default 0.25; above 0, at most 1. ImageNet recipes use 0.08, on images that are larger than what the network sees.</value>
    public float MinimumArea { get; init; } = 0.25f;

    /// <summary>For <see cref="CropKind.RandomResizedCrop"/>: the widest aspect ratio; the narrowest is its inverse.</summary>
    /// <value>Default 4/3; 1 to 4.</value>
    public float MaximumAspect { get; init; } = 4f / 3;

    /// <summary>Probability of mirroring an image left to right.</summary>
    /// <value>Default 0; 0 to 1. Leave it 0 where left and right mean something, as in text.</value>
    public float HorizontalFlipProbability { get; init; }

    /// <summary>Brightness is multiplied by a factor between 1 - this and 1 + this.</summary>
    /// <value>Default 0: unchanged; 0 to 1.</value>
    public float Brightness { get; init; }

    /// <summary>Contrast is multiplied by a factor between 1 - this and 1 + this.</summary>
    /// <value>Default 0: unchanged; 0 to 1.</value>
    public float Contrast { get; init; }

    /// <summary>Saturation is multiplied by a factor between 1 - this and 1 + this; images of three channels only.</summary>
    /// <value>Default 0: unchanged; 0 to 1.</value>
    public float Saturation { get; init; }

    /// <summary>Hue is turned by at most this part of the colour circle either way; images of three channels only.</summary>
    /// <value>Default 0: unchanged; 0 to 0.5.</value>
    public float Hue { get; init; }

    /// <summary>
    /// Whether one operation of random kind and strength is applied to every image (Müller and Hutter 2021, arXiv 2103.10158): none, shear, translation,
    /// rotation, brightness, colour, contrast, sharpness, posterize, solarize, autocontrast or equalize.
    /// </summary>
    /// <value>Default false. Ranges are torchvision's, except that translation is by at most a seventh of the side: 32 pixels of 224, 4 of 32.</value>
    public bool TrivialAugmentWide { get; init; }

    /// <summary>
    /// Probability of overwriting a random rectangle, 2 to 33 % of the area, with the mean (Zhong et al. 2017, arXiv 1708.04896).
    /// </summary>
    /// <value>Default 0; 0 to 1.</value>
    public float RandomErasingProbability { get; init; }

    /// <summary>Two images and their labels are blended, with a weight from Beta(alpha, alpha) (Zhang et al. 2017, arXiv 1710.09412).</summary>
    /// <value>Default 0: never; 0 to 10. Together with cutmix, half of the batches each.</value>
    public float MixupAlpha { get; init; }

    /// <summary>A rectangle of one image is put into another, labels in proportion to area, which Beta(alpha, alpha) gives (Yun et al. 2019, arXiv 1905.04899).</summary>
    /// <value>Default 0: never; 0 to 10.</value>
    public float CutMixAlpha { get; init; }

    /// <summary>Whether labels of several classes can come out for one image.</summary>
    internal bool Mixes => MixupAlpha > 0 || CutMixAlpha > 0;

    /// <summary>Whether pixel values are changed beyond being moved, which needs to know black and white.</summary>
    internal bool ChangesColors => Brightness > 0 || Contrast > 0 || Saturation > 0 || Hue > 0 || TrivialAugmentWide;

    /// <summary>Every value that is out of range, in words.</summary>
    public IEnumerable<string> GetValidationErrors()
    {
        if (!Enum.IsDefined(Crop))
            yield return $"Crop is {Crop}; it must be one of {string.Join(", ", Enum.GetNames<CropKind>())}.";
        if (!(Padding is > 0 and <= 0.5f))
            yield return Invariant($"Padding is {Padding}; it must be above 0 and at most 0.5.");
        if (!(MinimumArea is > 0 and <= 1))
            yield return Invariant($"MinimumArea is {MinimumArea}; it must be above 0 and at most 1.");
        if (!(MaximumAspect is >= 1 and <= 4))
            yield return Invariant($"MaximumAspect is {MaximumAspect}; it must be between 1 and 4.");
        foreach ((string name, float value, float maximum) in new[]
        {
            (nameof(HorizontalFlipProbability), HorizontalFlipProbability, 1), (nameof(Brightness), Brightness, 1), (nameof(Contrast), Contrast, 1),
            (nameof(Saturation), Saturation, 1), (nameof(Hue), Hue, 0.5f), (nameof(RandomErasingProbability), RandomErasingProbability, 1),
            (nameof(MixupAlpha), MixupAlpha, 10), (nameof(CutMixAlpha), CutMixAlpha, 10),
        })
        {
            if (!(value >= 0 && value <= maximum))
                yield return Invariant($"{name} is {value}; it must be between 0 and {maximum}.");
        }
    }
}
