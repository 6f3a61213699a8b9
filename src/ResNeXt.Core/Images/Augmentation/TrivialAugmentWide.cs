using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Applies one operation of random kind and strength (Müller and Hutter 2021, arXiv 2103.10158), in torchvision's ranges.</summary>
/// <remarks>
/// torchvision translates an image by at most 32 pixels, which leaves nothing of a small image. 32 is a seventh of the 224 pixels that it was chosen
/// for; here the limit is a seventh of the side.
/// </remarks>
/// <param name="shape">The shape of every image.</param>
/// <param name="fill">The value of every channel outside the image, on the scale 0..255.</param>
internal sealed class TrivialAugmentWide(ImageShape shape, IReadOnlyList<float> fill)
{
    /// <summary>The number of the greatest strength of an operation; 0 is the weakest.</summary>
    public const int StrongestBin = 30;

    private static readonly int OperationCount = Enum.GetValues<TrivialOperation>().Length;

    /// <summary>Applies a random operation to an image in place.</summary>
    /// <param name="image">The image, planar, of 0..255.</param>
    /// <param name="random">The random generator.</param>
    public void Apply(Span<float> image, Random random) =>
        Apply(image, (TrivialOperation)random.Next(OperationCount), random.Next(StrongestBin + 1), random.Next(2) == 1);

    /// <summary>Applies an operation in place.</summary>
    /// <param name="image">The image, planar, of 0..255.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="bin">The strength, 0 to <see cref="StrongestBin"/>.</param>
    /// <param name="negative">Whether the operation goes in the opposite direction, if it has two.</param>
    public void Apply(Span<float> image, TrivialOperation operation, int bin, bool negative)
    {
        float part = (float)bin / StrongestBin, signed = negative ? -part : part;
        switch (operation)
        {
            case TrivialOperation.ShearX:
                AffineMap.ShearX(0.99 * signed).Apply(image, shape, fill);
                break;
            case TrivialOperation.ShearY:
                AffineMap.ShearY(0.99 * signed).Apply(image, shape, fill);
                break;
            case TrivialOperation.TranslateX:
                AffineMap.Translate((int)(shape.Width / 7f * signed), 0).Apply(image, shape, fill);
                break;
            case TrivialOperation.TranslateY:
                AffineMap.Translate(0, (int)(shape.Height / 7f * signed)).Apply(image, shape, fill);
                break;
            case TrivialOperation.Rotate:
                AffineMap.Rotate(135 * signed, shape).Apply(image, shape, fill);
                break;
            case TrivialOperation.Brightness:
                ColorAdjustment.Brightness(image, 1 + 0.99f * signed);
                break;
            case TrivialOperation.Color:
                ColorAdjustment.Saturation(image, shape.PlaneLength, 1 + 0.99f * signed);
                break;
            case TrivialOperation.Contrast:
                ColorAdjustment.Contrast(image, shape.PlaneLength, 1 + 0.99f * signed);
                break;
            case TrivialOperation.Sharpness:
                Sharpness.Apply(image, shape, 1 + 0.99f * signed);
                break;
            case TrivialOperation.Posterize:
                ToneCurve.Posterize(image, 8 - (int)Math.Round(6 * part));
                break;
            case TrivialOperation.Solarize:
                ToneCurve.Solarize(image, 255 - 8.5f * bin);
                break;
            case TrivialOperation.AutoContrast:
                ToneCurve.AutoContrast(image, shape.PlaneLength);
                break;
            case TrivialOperation.Equalize:
                ToneCurve.Equalize(image, shape.PlaneLength);
                break;
        }
    }
}

/// <summary>The operations of TrivialAugmentWide, under torchvision's names.</summary>
internal enum TrivialOperation
{
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    Brightness,
    Color,
    Contrast,
    Sharpness,
    Posterize,
    Solarize,
    AutoContrast,
    Equalize,
}
