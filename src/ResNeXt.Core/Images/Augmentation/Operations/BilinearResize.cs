using System.Numerics.Tensors;

namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>
/// Resizes a part of an image: enlarges by bilinear interpolation between pixel centers, and reduces with <see cref="TriangleFilter"/>, as torchvision's
/// resize does (bilinear, antialiased).
/// </summary>
internal static class BilinearResize
{
    /// <summary>Resizes a part of an image.</summary>
    /// <param name="source">The image, planar.</param>
    /// <param name="shape">The shape of the image.</param>
    /// <param name="part">The part of the image.</param>
    /// <param name="target">The memory for the result; not the source's memory.</param>
    /// <param name="targetShape">The shape of the result, with as many channels.</param>
    public static void Apply(ReadOnlySpan<float> source, ImageShape shape, PixelRectangle part, Span<float> target, ImageShape targetShape)
    {
        if (part.Height == targetShape.Height && part.Width == targetShape.Width)
            Copy(source, shape, part, target, targetShape);
        else if (part.Height <= targetShape.Height && part.Width <= targetShape.Width)
            Enlarge(source, shape, part, target, targetShape);
        else
            ResizeAntialiased(source, shape, part, target, targetShape);
    }

    private static void Copy(ReadOnlySpan<float> source, ImageShape shape, PixelRectangle part, Span<float> target, ImageShape targetShape)
    {
        for (int row = 0; row < targetShape.Channels * targetShape.Height; row++)
            Row(source, shape, part, row / part.Height, row % part.Height).CopyTo(target[(row * part.Width)..]);
    }

    private static void Enlarge(ReadOnlySpan<float> source, ImageShape shape, PixelRectangle part, Span<float> target, ImageShape targetShape)
    {
        using var lefts = new Scratch<int>(targetShape.Width);
        using var weights = new Scratch<float>(targetShape.Width);
        using var row = new Scratch<float>(part.Width + 1);
        for (int x = 0; x < targetShape.Width; x++)
            (lefts.Span[x], weights.Span[x]) = Neighbor(x, part.Width, targetShape.Width);

        for (int y = 0; y < targetShape.Height; y++)
        {
            (int upper, float weight) = Neighbor(y, part.Height, targetShape.Height);
            int lower = Math.Min(upper + 1, part.Height - 1);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                TensorPrimitives.Lerp(
                    Row(source, shape, part, channel, upper), Row(source, shape, part, channel, lower), weight, row.Span[..^1]);
                // The last pixel is repeated, so that it has a right neighbor too.
                row.Span[^1] = row.Span[^2];
                Span<float> stretched = target.Slice(channel * targetShape.PlaneLength + y * targetShape.Width, targetShape.Width);
                Stretch(row.Span, lefts.Span, weights.Span, stretched);
            }
        }
    }

    private static void ResizeAntialiased(
        ReadOnlySpan<float> source, ImageShape shape, PixelRectangle part, Span<float> target, ImageShape targetShape)
    {
        int most = MostWeights(part.Width, targetShape.Width);
        using var columns = new Scratch<(int First, int Count)>(targetShape.Width);
        using var columnWeights = new Scratch<float>(targetShape.Width * most);
        using var rowWeights = new Scratch<float>(MostWeights(part.Height, targetShape.Height));
        using var reduced = new Scratch<float>(part.Width * shape.Channels);
        for (int x = 0; x < targetShape.Width; x++)
            columns.Span[x] = Weigh(x, part.Width, targetShape.Width, columnWeights.Span.Slice(x * most, most));

        for (int y = 0; y < targetShape.Height; y++)
        {
            (int firstRow, int rows) = Weigh(y, part.Height, targetShape.Height, rowWeights.Span);
            reduced.Span.Clear();
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                Span<float> sum = reduced.Span.Slice(channel * part.Width, part.Width);
                for (int row = 0; row < rows; row++)
                    TensorPrimitives.MultiplyAdd(Row(source, shape, part, channel, firstRow + row), rowWeights.Span[row], sum, sum);
            }
            for (int x = 0; x < targetShape.Width; x++)
            {
                (int first, int count) = columns.Span[x];
                for (int channel = 0; channel < shape.Channels; channel++)
                {
                    target[channel * targetShape.PlaneLength + y * targetShape.Width + x] = TensorPrimitives.Dot(
                        reduced.Span.Slice(channel * part.Width + first, count), columnWeights.Span.Slice(x * most, count));
                }
            }
        }
    }

    private static int MostWeights(int from, int to) => TriangleFilter.MostWeights((double)from / to);

    private static (int First, int Count) Weigh(int position, int from, int to, Span<float> weights)
    {
        double scale = (double)from / to;
        using var exact = new Scratch<double>(weights.Length);
        (int first, int count) = TriangleFilter.Weigh((position + 0.5) * scale, scale, from, exact.Span);
        TensorPrimitives.ConvertTruncating<double, float>(exact.Span[..count], weights);
        return (first, count);
    }

    private static ReadOnlySpan<float> Row(ReadOnlySpan<float> source, ImageShape shape, PixelRectangle part, int channel, int row) =>
        source.Slice(channel * shape.PlaneLength + (part.Top + row) * shape.Width + part.Left, part.Width);

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
