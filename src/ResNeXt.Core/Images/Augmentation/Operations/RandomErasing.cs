namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>Overwrites a random rectangle with zero, which is the mean after normalization (Zhong et al. 2017, arXiv 1708.04896).</summary>
internal static class RandomErasing
{
    // As in the paper: 2 to 33 % of the area, aspect ratios from 0.3 to its inverse.
    private const double MinimumArea = 0.02, MaximumArea = 0.33, MaximumAspect = 1 / 0.3;

    /// <summary>Erases a rectangle in place; an image that no rectangle fits into stays unchanged.</summary>
    /// <param name="image">The image, planar and normalized.</param>
    /// <param name="shape">The shape of the image.</param>
    /// <param name="random">The random generator.</param>
    public static void Apply(Span<float> image, ImageShape shape, Random random)
    {
        if (PixelRectangle.Draw(shape, MinimumArea, MaximumArea, MaximumAspect, random) is not { } erased)
            return;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int y = erased.Top; y < erased.Top + erased.Height; y++)
                image.Slice(channel * shape.PlaneLength + y * shape.Width + erased.Left, erased.Width).Clear();
        }
    }
}
