namespace ResNeXt.Core.Images.Augmentation;

/// <summary>A part of an image, in whole pixels.</summary>
internal readonly record struct PixelRectangle(int Top, int Left, int Height, int Width)
{
    // torchvision's number of tries for a rectangle that fits.
    private const int Tries = 10;

    /// <summary>Draws a rectangle of random area (uniform), aspect ratio (log-uniform) and place.</summary>
    /// <param name="shape">The image that it has to fit into.</param>
    /// <param name="minimumArea">The smallest part of the image's area.</param>
    /// <param name="maximumArea">The largest part of the image's area.</param>
    /// <param name="maximumAspect">The widest width / height; the narrowest is its inverse.</param>
    /// <param name="random">Decides.</param>
    /// <returns>Null if none of ten tries fits into the image.</returns>
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
