namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>Crops a part of random area, aspect ratio and position, and resizes it (arXiv 1409.4842, section 6).</summary>
/// <param name="shape">The shape of every image.</param>
/// <param name="cropShape">The shape of the result.</param>
/// <param name="minimumArea">The smallest area, as a fraction of the image's area.</param>
/// <param name="maximumAspect">The largest width / height; the smallest is its inverse.</param>
internal sealed class RandomResizedCrop(ImageShape shape, ImageShape cropShape, float minimumArea, float maximumAspect)
{
    /// <summary>Crops and resizes an image.</summary>
    /// <param name="source">The image, planar.</param>
    /// <param name="target">The memory for the result; not the source's memory.</param>
    /// <param name="random">The random generator.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, Random random)
    {
        PixelRectangle part = PixelRectangle.Draw(shape, minimumArea, 1, maximumAspect, random) ?? Middle();
        BilinearResize.Apply(source, shape, part, target, cropShape);
    }

    // As in torchvision, if no drawn part fits: the largest part of the middle that the aspect ratio allows.
    private PixelRectangle Middle()
    {
        int width = (int)Math.Min(shape.Width, Math.Max(1, Math.Round(shape.Height * (double)maximumAspect)));
        int height = (int)Math.Min(shape.Height, Math.Max(1, Math.Round(shape.Width * (double)maximumAspect)));
        return new((shape.Height - height) / 2, (shape.Width - width) / 2, height, width);
    }
}
