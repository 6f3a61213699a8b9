using System.Numerics.Tensors;

namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>Enlarges a part of an image by bilinear interpolation between pixel centers, as torchvision's resize does.</summary>
internal static class BilinearResize
{
    /// <summary>Resizes a part of an image to the size of the image.</summary>
    /// <param name="source">The image, planar.</param>
    /// <param name="part">The part of the image; no larger than the result, because pixels are not averaged.</param>
    /// <param name="target">The memory for the result; not the source's memory.</param>
    /// <param name="shape">The shape of both.</param>
    public static void Apply(ReadOnlySpan<float> source, PixelRectangle part, Span<float> target, ImageShape shape)
    {
        using var lefts = new Scratch<int>(shape.Width);
        using var weights = new Scratch<float>(shape.Width);
        using var row = new Scratch<float>(part.Width + 1);
        for (int x = 0; x < shape.Width; x++)
            (lefts.Span[x], weights.Span[x]) = Neighbor(x, part.Width, shape.Width);

        for (int y = 0; y < shape.Height; y++)
        {
            (int upper, float weight) = Neighbor(y, part.Height, shape.Height);
            int lower = Math.Min(upper + 1, part.Height - 1);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                int plane = channel * shape.PlaneLength;
                ReadOnlySpan<float> above = source.Slice(plane + (part.Top + upper) * shape.Width + part.Left, part.Width);
                ReadOnlySpan<float> below = source.Slice(plane + (part.Top + lower) * shape.Width + part.Left, part.Width);
                TensorPrimitives.Lerp(above, below, weight, row.Span[..^1]);
                // The last pixel is repeated, so that it has a right neighbor too.
                row.Span[^1] = row.Span[^2];
                Stretch(row.Span, lefts.Span, weights.Span, target.Slice(plane + y * shape.Width, shape.Width));
            }
        }
    }

    private static void Stretch(ReadOnlySpan<float> row, ReadOnlySpan<int> lefts, ReadOnlySpan<float> weights, Span<float> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            float left = row[lefts[x]];
            target[x] = left + (row[lefts[x] + 1] - left) * weights[x];
        }
    }

    // A pixel of the result comes from a position between two pixel centers: the pixel before it, and the distance from that pixel's center.
    private static (int First, float Weight) Neighbor(int position, int from, int to)
    {
        double exact = Math.Clamp((position + 0.5) * from / to - 0.5, 0, from - 1);
        return ((int)exact, (float)(exact - (int)exact));
    }
}
