namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Applies one operation of random kind and strength (Müller and Hutter 2021, arXiv 2103.10158), in torchvision's ranges.</summary>
/// <remarks>
/// torchvision moves an image by at most 32 pixels whatever its size, which empties small ones. That is a seventh of the 224 pixels it was chosen
/// for, and a seventh of the side is the most here.
/// </remarks>
/// <param name="shape">The shape of every image.</param>
/// <param name="fill">What comes from outside the image, per channel, on the scale 0..255.</param>
internal sealed class TrivialAugmentWide(ImageShape shape, IReadOnlyList<float> fill)
{
    /// <summary>The strengths of an operation are numbered from 0, the weakest, to this.</summary>
    public const int StrongestBin = 30;

    private static readonly int OperationCount = Enum.GetValues<TrivialOperation>().Length;

    /// <summary>Changes an image in place.</summary>
    /// <param name="image">A planar image of 0..255.</param>
    /// <param name="random">Decides.</param>
    public void Apply(Span<float> image, Random random) =>
        Apply(image, (TrivialOperation)random.Next(OperationCount), random.Next(StrongestBin + 1), random.Next(2) == 1);

    /// <summary>Applies one operation in place.</summary>
    /// <param name="image">A planar image of 0..255.</param>
    /// <param name="operation">Which.</param>
    /// <param name="bin">How strong, 0 to <see cref="StrongestBin"/>.</param>
    /// <param name="negative">Whether the other way, for the operations that have two.</param>
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
