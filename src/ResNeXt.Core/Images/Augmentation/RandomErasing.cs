namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Overwrites a random rectangle with zero, which is the mean after normalisation (Zhong et al. 2017, arXiv 1708.04896).</summary>
internal static class RandomErasing
{
    // The paper's: 2 to 33 % of the area, aspect ratios from 0.3 to its inverse.
    private const double MinimumArea = 0.02, MaximumArea = 0.33, MaximumAspect = 1 / 0.3;

    /// <summary>Erases in place; an image that no such rectangle fits into stays.</summary>
    /// <param name="image">A planar, normalised image.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="random">Decides.</param>
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
