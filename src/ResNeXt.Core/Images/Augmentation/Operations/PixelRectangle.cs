namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>A rectangular part of an image, in whole pixels.</summary>
/// <param name="Top">The first row.</param>
/// <param name="Left">The first column.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of columns.</param>
internal readonly record struct PixelRectangle(int Top, int Left, int Height, int Width)
{
    // As in torchvision.
    private const int Tries = 10;

    /// <summary>Draws a rectangle of random area (uniform), aspect ratio (log-uniform) and position.</summary>
    /// <param name="shape">The shape of the image.</param>
    /// <param name="minimumArea">The smallest area, as a fraction of the image's area.</param>
    /// <param name="maximumArea">The largest area, as a fraction of the image's area.</param>
    /// <param name="maximumAspect">The largest width / height; the smallest is its inverse.</param>
    /// <param name="random">The random generator.</param>
    /// <returns>The rectangle, or null if none of ten draws fits into the image.</returns>
    public static PixelRectangle? Draw(ImageShape shape, double minimumArea, double maximumArea, double maximumAspect, Random random)
    {
        double logAspect = Math.Log(maximumAspect);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            double area = shape.PlaneLength * random.NextUniform(minimumArea, maximumArea);
            double aspect = Math.Exp(random.NextUniform(-logAspect, logAspect));
            int width = (int)Math.Round(Math.Sqrt(area * aspect)), height = (int)Math.Round(Math.Sqrt(area / aspect));
            if (width > 0 && width <= shape.Width && height > 0 && height <= shape.Height)
                return new(random.Next(shape.Height - height + 1), random.Next(shape.Width - width + 1), height, width);
        }
        return null;
    }
}
