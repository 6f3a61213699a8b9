namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Takes a part of random area, aspect ratio and place, and resizes it to the image's size (arXiv 1409.4842, section 6).</summary>
/// <param name="shape">The shape of every image.</param>
/// <param name="minimumArea">The smallest part of the area.</param>
/// <param name="maximumAspect">The widest width / height; the narrowest is its inverse.</param>
internal sealed class RandomResizedCrop(ImageShape shape, float minimumArea, float maximumAspect)
{
    /// <summary>Crops and resizes.</summary>
    /// <param name="source">A planar image.</param>
    /// <param name="target">Takes the part; not the source's memory.</param>
    /// <param name="random">Decides.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, Random random)
    {
        PixelRectangle part = PixelRectangle.Draw(shape, minimumArea, 1, maximumAspect, random) ?? Middle();
        if (part.Height == shape.Height && part.Width == shape.Width)
            source.CopyTo(target);
        else
            BilinearResize.Apply(source, part, target, shape);
    }

    // As torchvision does where no drawn part fits: as much of the middle as the aspect ratio allows.
    private PixelRectangle Middle()
    {
        int width = (int)Math.Min(shape.Width, Math.Max(1, Math.Round(shape.Height * (double)maximumAspect)));
        int height = (int)Math.Min(shape.Height, Math.Max(1, Math.Round(shape.Width * (double)maximumAspect)));
        return new((shape.Height - height) / 2, (shape.Width - width) / 2, height, width);
    }
}
