namespace ResNeXt.Core.Images.Augmentation;

/// <summary>
/// Where in the source every place of the target comes from, as torchvision's affine and rotate define it: x' = A x + B y + C, y' = D x + E y + F.
/// </summary>
/// <remarks>In pixels from the upper left corner of the image, so that the first pixel's centre is at (0.5, 0.5).</remarks>
internal readonly record struct AffineMap(double A, double B, double C, double D, double E, double F)
{
    /// <summary>Shifts rows against each other: a row at depth y by <paramref name="slope"/> y to the left.</summary>
    public static AffineMap ShearX(double slope) => new(1, slope, 0, 0, 1, 0);

    /// <summary>Shifts columns against each other: a column at x by <paramref name="slope"/> x upwards.</summary>
    public static AffineMap ShearY(double slope) => new(1, 0, 0, slope, 1, 0);

    /// <summary>Moves to the right and down, in pixels.</summary>
    public static AffineMap Translate(int right, int down) => new(1, 0, -right, 0, 1, -down);

    /// <summary>Turns about the middle, counter-clockwise.</summary>
    public static AffineMap Rotate(double degrees, ImageShape shape)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double x = shape.Width / 2.0, y = shape.Height / 2.0;
        return new(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y);
    }

    /// <summary>Moves the pixels in place, by nearest neighbour.</summary>
    /// <param name="image">A planar image.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="fill">What comes from outside the image, per channel.</param>
    public void Apply(Span<float> image, ImageShape shape, IReadOnlyList<float> fill)
    {
        using var source = new Scratch<float>(image.Length);
        using var places = new Scratch<int>(shape.Width);
        image.CopyTo(source.Span);
        for (int y = 0; y < shape.Height; y++)
        {
            Locate(y, shape, places.Span);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                ReadOnlySpan<float> plane = source.Span.Slice(channel * shape.PlaneLength, shape.PlaneLength);
                Span<float> row = image.Slice(channel * shape.PlaneLength + y * shape.Width, shape.Width);
                float outside = fill[channel];
                for (int x = 0; x < row.Length; x++)
                    row[x] = places.Span[x] < 0 ? outside : plane[places.Span[x]];
            }
        }
    }

    // Which pixel of a source plane every pixel of a target row shows; -1 outside.
    private void Locate(int y, ImageShape shape, Span<int> places)
    {
        for (int x = 0; x < places.Length; x++)
        {
            int fromX = (int)Math.Floor(A * (x + 0.5) + B * (y + 0.5) + C), fromY = (int)Math.Floor(D * (x + 0.5) + E * (y + 0.5) + F);
            bool inside = (uint)fromX < (uint)shape.Width && (uint)fromY < (uint)shape.Height;
            places[x] = inside ? fromY * shape.Width + fromX : -1;
        }
    }
}
