using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Images.Resizing;

/// <summary>
/// Crops images to the shape of the target, around their center, and resizes them with an antialiased triangle filter: what Pillow calls
/// <c>BILINEAR</c>, and torchvision bilinear with <c>antialias=True</c>.
/// </summary>
/// <remarks>
/// Models are trained on these pixels, so they must never change: docs/model-contract.md defines them. All sums are of integers, so they are the same
/// on every processor.
/// </remarks>
internal static class AntialiasedResize
{
    private const int Channels = 4;

    // Half of the weights' unit, so that sums are rounded to the nearest value.
    private const int Half = 1 << (ResizeWeights.Precision - 1);

    /// <summary>Crops and resizes an image.</summary>
    /// <param name="image">The image, which is opaque; the caller keeps it.</param>
    /// <param name="width">The width of the result in pixels.</param>
    /// <param name="height">The height of the result in pixels.</param>
    /// <returns>The resized image; the caller disposes of it.</returns>
    public static MLImage Of(MLImage image, int width, int height) =>
        MLImage.CreateFromPixels(width, height, image.PixelFormat, Of(image.Pixels, image.Width, image.Height, width, height));

    /// <summary>Crops and resizes pixels of four bytes, of which the last one is opacity.</summary>
    /// <param name="pixels">The pixels, in rows, from the top.</param>
    /// <param name="oldWidth">Their number per row.</param>
    /// <param name="oldHeight">The number of rows.</param>
    /// <param name="width">The number of pixels per row of the result.</param>
    /// <param name="height">The number of rows of the result.</param>
    public static byte[] Of(ReadOnlySpan<byte> pixels, int oldWidth, int oldHeight, int width, int height)
    {
        // The largest part of the image with the shape of the target.
        double scale = Math.Min((double)oldWidth / width, (double)oldHeight / height);
        ResizeWeights columns = ResizeWeights.Of(oldWidth, (oldWidth - width * scale) / 2, scale, width);
        ResizeWeights rows = ResizeWeights.Of(oldHeight, (oldHeight - height * scale) / 2, scale, height);
        int first = rows.First(0), oldStride = oldWidth * Channels, stride = width * Channels;
        var narrow = new byte[(rows.End(height - 1) - first) * stride];
        for (int y = 0; y * stride < narrow.Length; y++)
            Narrow(pixels.Slice((first + y) * oldStride, oldStride), narrow.AsSpan(y * stride, stride), columns);
        var resized = new byte[height * stride];
        for (int y = 0; y < height; y++)
            Shorten(narrow.AsSpan((rows.First(y) - first) * stride), resized.AsSpan(y * stride, stride), rows.Weights(y));
        return resized;
    }

    // Computes the pixels of one row.
    private static void Narrow(ReadOnlySpan<byte> row, Span<byte> narrow, ResizeWeights columns)
    {
        for (int x = 0; x * Channels < narrow.Length; x++)
        {
            ReadOnlySpan<int> weights = columns.Weights(x);
            ReadOnlySpan<byte> pixels = row.Slice(columns.First(x) * Channels, weights.Length * Channels);
            int red = Half, green = Half, blue = Half;
            for (int i = 0; i < weights.Length; i++)
            {
                int weight = weights[i];
                red += weight * pixels[i * Channels];
                green += weight * pixels[i * Channels + 1];
                blue += weight * pixels[i * Channels + 2];
            }
            Span<byte> pixel = narrow.Slice(x * Channels, Channels);
            (pixel[0], pixel[1], pixel[2], pixel[3]) = (Byte(red), Byte(green), Byte(blue), byte.MaxValue);
        }
    }

    // Computes one row of the rows that it is made of, which follow each other.
    private static void Shorten(ReadOnlySpan<byte> rows, Span<byte> row, ReadOnlySpan<int> weights)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int sum = Half;
            for (int y = 0; y < weights.Length; y++)
                sum += weights[y] * rows[y * row.Length + i];
            row[i] = Byte(sum);
        }
    }

    // Weights are rounded, so their sum may be a little above one.
    private static byte Byte(int sum) => (byte)Math.Min(sum >> ResizeWeights.Precision, byte.MaxValue);
}
