namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>
/// An affine map from positions in the result to positions in the source, as in torchvision's affine and rotate:
/// x' = A x + B y + C, y' = D x + E y + F.
/// </summary>
/// <remarks>Positions are in pixels from the upper left corner of the image; the center of the first pixel is at (0.5, 0.5).</remarks>
internal readonly record struct AffineMap(double A, double B, double C, double D, double E, double F)
{
    /// <summary>Shears horizontally: shifts the row at y to the left by <paramref name="slope"/> y.</summary>
    /// <param name="slope">The slope.</param>
    public static AffineMap ShearX(double slope) => new(1, slope, 0, 0, 1, 0);

    /// <summary>Shears vertically: shifts the column at x upwards by <paramref name="slope"/> x.</summary>
    /// <param name="slope">The slope.</param>
    public static AffineMap ShearY(double slope) => new(1, 0, 0, slope, 1, 0);

    /// <summary>Moves the image.</summary>
    /// <param name="right">The pixels to the right.</param>
    /// <param name="down">The pixels down.</param>
    public static AffineMap Translate(int right, int down) => new(1, 0, -right, 0, 1, -down);

    /// <summary>Rotates about the center of the image, counter-clockwise.</summary>
    /// <param name="degrees">The angle in degrees.</param>
    /// <param name="shape">The shape of the image.</param>
    public static AffineMap Rotate(double degrees, ImageShape shape)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double x = shape.Width / 2.0, y = shape.Height / 2.0;
        return new(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y);
    }

    /// <summary>Applies the map to an image in place, with nearest-neighbor interpolation.</summary>
    /// <param name="image">The image, planar.</param>
    /// <param name="shape">The shape of the image.</param>
    /// <param name="fill">The value of every channel outside the image.</param>
    public void Apply(Span<float> image, ImageShape shape, IReadOnlyList<float> fill)
    {
        using var source = new Scratch<float>(image.Length);
        using var positions = new Scratch<int>(shape.Width);
        image.CopyTo(source.Span);
        for (int y = 0; y < shape.Height; y++)
        {
            Locate(y, shape, positions.Span);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                ReadOnlySpan<float> plane = source.Span.Slice(channel * shape.PlaneLength, shape.PlaneLength);
                Span<float> row = image.Slice(channel * shape.PlaneLength + y * shape.Width, shape.Width);
                float outside = fill[channel];
                for (int x = 0; x < row.Length; x++)
                    row[x] = positions.Span[x] < 0 ? outside : plane[positions.Span[x]];
            }
        }
    }

    // The index in the source plane of every pixel of a row of the result; -1 for positions outside the image.
    private void Locate(int y, ImageShape shape, Span<int> positions)
    {
        for (int x = 0; x < positions.Length; x++)
        {
            int fromX = (int)Math.Floor(A * (x + 0.5) + B * (y + 0.5) + C), fromY = (int)Math.Floor(D * (x + 0.5) + E * (y + 0.5) + F);
            bool inside = (uint)fromX < (uint)shape.Width && (uint)fromY < (uint)shape.Height;
            positions[x] = inside ? fromY * shape.Width + fromX : -1;
        }
    }
}
