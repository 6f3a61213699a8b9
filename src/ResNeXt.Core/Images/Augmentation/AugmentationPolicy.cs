using System.Text.Json.Serialization;
using static System.FormattableString;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>How training images are changed at random before the network sees them. Validation and scoring use unchanged images.</summary>
/// <remarks>
/// The operations are torchvision's, in this order: crop, flip, color jitter, TrivialAugmentWide, normalization, random erasing, and mixup or cutmix
/// over the batch. Every random draw depends only on the seed, the epoch and the image (or batch). Pixels may be on any scale: color operations work
/// between the black and the white of <see cref="IImageDataset.Range"/>.
/// </remarks>
public sealed record AugmentationPolicy
{
    /// <summary>No change at all.</summary>
    public static AugmentationPolicy None { get; } = new();

    /// <summary>Padding by an eighth, crop and flip: the policy of both papers for 32-pixel images, and a safe choice for others.</summary>
    public static AugmentationPolicy Light { get; } = new() { Crop = CropKind.PadAndCrop, HorizontalFlipProbability = 0.5f };

    /// <summary>
    /// The policy of torchvision's recipe of 2021: random resized crop, flip, TrivialAugmentWide, random erasing, mixup and cutmix.
    /// </summary>
    public static AugmentationPolicy Modern { get; } = new()
    {
        Crop = CropKind.RandomResizedCrop,
        HorizontalFlipProbability = 0.5f,
        TrivialAugmentWide = true,
        RandomErasingProbability = 0.1f,
        MixupAlpha = 0.2f,
        CutMixAlpha = 1,
    };

    /// <summary>Random resized crop, flip and color jitter: the policy of both papers for ImageNet.</summary>
    public static AugmentationPolicy ImageNet { get; } = new()
    {
        Crop = CropKind.RandomResizedCrop,
        HorizontalFlipProbability = 0.5f,
        Brightness = 0.4f,
        Contrast = 0.4f,
        Saturation = 0.4f,
    };

    /// <summary>
    /// Random resized crop of at least half of the area, flip and weaker color jitter: for photographs, with weights that have learned from others.
    /// </summary>
    public static AugmentationPolicy FineTune { get; } = new()
    {
        Crop = CropKind.RandomResizedCrop,
        MinimumArea = 0.5f,
        HorizontalFlipProbability = 0.5f,
        Brightness = 0.2f,
        Contrast = 0.2f,
        Saturation = 0.2f,
    };

    /// <summary>The part of the image that is used.</summary>
    /// <value>Default <see cref="CropKind.None"/>: the whole image.</value>
    public CropKind Crop { get; init; }

    /// <summary>
    /// The side of the crop, in pixels. Crops that are smaller than the images make training faster; validation and scoring use whole images.
    /// <see cref="CropKind.RandomResizedCrop"/> shrinks what it crops to this size: networks classify well at sizes somewhat above that of their
    /// training (Touvron et al. 2019, arXiv 1906.06423). <see cref="CropKind.PadAndCrop"/> cuts out a part of this size, which shows less of the
    /// image.
    /// </summary>
    /// <value>
    /// Default null: the size of the images. At least <see cref="Architecture.MinimumImageSize"/>, at most the shorter side of the images; needs a
    /// <see cref="Crop"/>.
    /// </value>
    // Left out of checkpoints where it is null, so that those of earlier versions, which do not know it, can be resumed.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CropSize { get; init; }

    /// <summary>
    /// For <see cref="CropKind.PadAndCrop"/>: the padding on each side, as a fraction of the crop's side, rounded down to whole pixels.
    /// </summary>
    /// <value>Default 0.125, which is 4 pixels of 32; above 0, at most 0.5.</value>
    public float Padding { get; init; } = 0.125f;

    /// <summary>For <see cref="CropKind.PadAndCrop"/>: what the padding is filled with.</summary>
    /// <value>Default <see cref="PaddingMode.Constant"/>.</value>
    // Left out of checkpoints where it is the default, so that those of earlier versions, which do not know it, can be resumed.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PaddingMode PaddingMode { get; init; }

    /// <summary>For <see cref="CropKind.RandomResizedCrop"/>: the smallest area, as a fraction of the image's area.</summary>
    /// <value>Default 0.25; above 0, at most 1. ImageNet recipes use 0.08, on images larger than the network's input.</value>
    public float MinimumArea { get; init; } = 0.25f;

    /// <summary>For <see cref="CropKind.RandomResizedCrop"/>: the largest aspect ratio; the smallest is its inverse.</summary>
    /// <value>Default 4/3; 1 to 4.</value>
    public float MaximumAspect { get; init; } = 4f / 3;

    /// <summary>The probability of mirroring an image left to right.</summary>
    /// <value>Default 0; 0 to 1. Use 0 if left and right matter, as in text.</value>
    public float HorizontalFlipProbability { get; init; }

    /// <summary>The largest change of brightness, which is multiplied by a random factor between 1 - this and 1 + this.</summary>
    /// <value>Default 0: unchanged; 0 to 1.</value>
    public float Brightness { get; init; }

    /// <summary>The largest change of contrast, which is multiplied by a random factor between 1 - this and 1 + this.</summary>
    /// <value>Default 0: unchanged; 0 to 1.</value>
    public float Contrast { get; init; }

    /// <summary>
    /// The largest change of saturation, which is multiplied by a random factor between 1 - this and 1 + this. Images of three channels only.
    /// </summary>
    /// <value>Default 0: unchanged; 0 to 1.</value>
    public float Saturation { get; init; }

    /// <summary>The largest rotation of hue, as a fraction of the color circle, in either direction. Images of three channels only.</summary>
    /// <value>Default 0: unchanged; 0 to 0.5.</value>
    public float Hue { get; init; }

    /// <summary>
    /// Whether one operation of random kind and strength is applied to every image (TrivialAugment: Müller and Hutter 2021, arXiv 2103.10158): none,
    /// shear, translation, rotation, brightness, color, contrast, sharpness, posterize, solarize, autocontrast or equalize.
    /// </summary>
    /// <value>
    /// Default false. The ranges are torchvision's, except that translation is by at most a seventh of the side: 32 pixels of 224, 4 of 32.
    /// </value>
    public bool TrivialAugmentWide { get; init; }

    /// <summary>
    /// The probability of overwriting a random rectangle, 2 to 33 % of the area, with the mean (Zhong et al. 2017, arXiv 1708.04896).
    /// </summary>
    /// <value>Default 0; 0 to 1.</value>
    public float RandomErasingProbability { get; init; }

    /// <summary>
    /// The alpha of mixup, which blends two images and their labels with a weight from Beta(alpha, alpha) (Zhang et al. 2017, arXiv 1710.09412).
    /// </summary>
    /// <value>Default 0: no mixup; 0 to 10. Together with cutmix, each applies to half of the batches.</value>
    public float MixupAlpha { get; init; }

    /// <summary>
    /// The alpha of cutmix, which pastes a rectangle of one image into another and mixes the labels in proportion to the area, drawn from
    /// Beta(alpha, alpha) (Yun et al. 2019, arXiv 1905.04899).
    /// </summary>
    /// <value>Default 0: no cutmix; 0 to 10.</value>
    public float CutMixAlpha { get; init; }

    /// <summary>Whether an image can get labels of several classes.</summary>
    internal bool Mixes => MixupAlpha > 0 || CutMixAlpha > 0;

    /// <summary>Whether the policy changes colors, for which black and white must be known.</summary>
    internal bool ChangesColors => Brightness > 0 || Contrast > 0 || Saturation > 0 || Hue > 0 || TrivialAugmentWide;

    /// <summary>The shape of the images that the network is trained on.</summary>
    /// <param name="images">The shape of the images before augmentation.</param>
    internal ImageShape ShapeOf(ImageShape images) => CropSize is { } side ? new(images.Channels, side, side) : images;

    /// <summary>
    /// Says what is wrong with the crop size for images of a shape; null if nothing is, and for sizes below 1, which
    /// <see cref="GetValidationErrors"/> lists.
    /// </summary>
    /// <param name="images">The shape of the images.</param>
    /// <param name="least">The smallest side that the network takes.</param>
    internal string? FindCropError(ImageShape images, int least = 1)
    {
        int most = Math.Min(images.Height, images.Width);
        return CropSize is > 0 && (CropSize < least || CropSize > most)
            ? Invariant($"CropSize is {CropSize}; for images of {images.Width} x {images.Height} pixels it must be between {least} and {most}.")
            : null;
    }

    /// <summary>Lists the values that are out of range, one sentence each.</summary>
    public IEnumerable<string> GetValidationErrors()
    {
        if (!Enum.IsDefined(Crop))
            yield return $"Crop is {Crop}; it must be one of {string.Join(", ", Enum.GetNames<CropKind>())}.";
        if (!Enum.IsDefined(PaddingMode))
            yield return $"PaddingMode is {PaddingMode}; it must be one of {string.Join(", ", Enum.GetNames<PaddingMode>())}.";
        if (CropSize < 1)
            yield return Invariant($"CropSize is {CropSize}; it must be at least 1.");
        if (CropSize is not null && Crop == CropKind.None)
            yield return Invariant($"CropSize is {CropSize} with the Crop None; choose {CropKind.PadAndCrop} or {CropKind.RandomResizedCrop}.");
        if (!(Padding is > 0 and <= 0.5f))
            yield return Invariant($"Padding is {Padding}; it must be above 0 and at most 0.5.");
        if (!(MinimumArea is > 0 and <= 1))
            yield return Invariant($"MinimumArea is {MinimumArea}; it must be above 0 and at most 1.");
        if (!(MaximumAspect is >= 1 and <= 4))
            yield return Invariant($"MaximumAspect is {MaximumAspect}; it must be between 1 and 4.");
        foreach ((string name, float value, float maximum) in new[]
        {
            (nameof(HorizontalFlipProbability), HorizontalFlipProbability, 1), (nameof(Brightness), Brightness, 1),
            (nameof(Contrast), Contrast, 1), (nameof(Saturation), Saturation, 1), (nameof(Hue), Hue, 0.5f),
            (nameof(RandomErasingProbability), RandomErasingProbability, 1),
            (nameof(MixupAlpha), MixupAlpha, 10), (nameof(CutMixAlpha), CutMixAlpha, 10),
        })
        {
            if (!(value >= 0 && value <= maximum))
                yield return Invariant($"{name} is {value}; it must be between 0 and {maximum}.");
        }
    }
}

/// <summary>The part of a training image that the network sees.</summary>
public enum CropKind
{
    /// <summary>The whole image.</summary>
    None,

    /// <summary>The image padded on each side and cropped, by default back to its size, at a random place (arXiv 1512.03385, section 4.2).</summary>
    PadAndCrop,

    /// <summary>
    /// A part of random area, aspect ratio and position, resized, by default to the image's size (arXiv 1409.4842, section 6).
    /// </summary>
    RandomResizedCrop,
}

/// <summary>What the padding around a training image is filled with; the names are torchvision's.</summary>
public enum PaddingMode
{
    /// <summary>The mean, which the network sees as zero.</summary>
    Constant,

    /// <summary>The image mirrored at its edge, without repeating the edge itself.</summary>
    Reflect,
}
