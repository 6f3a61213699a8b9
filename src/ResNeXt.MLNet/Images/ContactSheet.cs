using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using SkiaSharp;

namespace ResNeXt.MLNet.Images;

/// <summary>Draws many images into one picture, row by row.</summary>
internal static class ContactSheet
{
    /// <summary>The pixels between two images, and around them.</summary>
    internal const int Gap = 2;

    // Smaller images are enlarged to at least this side, so that people can recognize them.
    private const int LeastSide = 96;

    // Image viewers open pictures up to about this size; they take at most 400 MB of memory.
    private const int MostSide = 32_000;
    private const long MostPixels = 100_000_000;

    /// <summary>Writes a PNG file. An interruption leaves an existing file as it was.</summary>
    /// <param name="path">The path of the file, in a folder that exists.</param>
    /// <param name="images">
    /// The pixels of at least one image, planar. The first three channels are red, green and blue; with fewer the first is gray.
    /// </param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="range">The values of black and white; values outside are clipped.</param>
    /// <param name="columns">The number of images per row; at least 1.</param>
    /// <param name="captions">The captions of columns and rows; null for none.</param>
    /// <exception cref="ArgumentException">There is no image, one has another length, or the sheet would be too large.</exception>
    public static void Write(
        string path, IReadOnlyList<float[]> images, ImageShape shape, PixelRange range, int columns, SheetCaptions? captions = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Check(images, shape);
        int zoom = Math.Max(1, (LeastSide + Math.Max(shape.Height, shape.Width) - 1) / Math.Max(shape.Height, shape.Width));
        int head = captions is null ? 0 : SheetCaptions.Height, rowHeight = head + shape.Height * zoom + Gap;
        SKImageInfo info = Layout(images.Count, shape.Width * zoom + Gap, rowHeight, head, columns);
        var pixels = new byte[info.BytesSize];
        Array.Fill(pixels, byte.MaxValue);
        for (int index = 0; index < images.Count; index++)
        {
            int left = Gap + index % columns * (shape.Width * zoom + Gap), top = Gap + 2 * head + index / columns * rowHeight;
            Place(pixels.AsSpan(top * info.RowBytes + left * info.BytesPerPixel), info.RowBytes, images[index], shape, range, zoom);
        }
        using SKImage sheet = SKImage.FromPixelCopy(info, pixels);
        using SKImage finished = captions?.DrawOn(sheet, left: Gap, shape.Width * zoom + Gap, rowHeight) ?? sheet;
        using SKData png = finished.Encode(SKEncodedImageFormat.Png, quality: 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    private static void Check(IReadOnlyList<float[]> images, ImageShape shape)
    {
        if (images.Count == 0)
            throw new ArgumentException("There is no image for the contact sheet; give at least one.");
        for (int index = 0; index < images.Count; index++)
        {
            if (images[index].Length != shape.Length)
            {
                throw new ArgumentException($"Image {index} has {images[index].Length} values; "
                    + $"{shape.Channels} x {shape.Height} x {shape.Width} needs {shape.Length}.");
            }
        }
    }

    private static SKImageInfo Layout(int count, int columnWidth, int rowHeight, int head, int columns)
    {
        int rows = (count + columns - 1) / columns;
        long width = Gap + (long)Math.Min(columns, count) * columnWidth, height = Gap + head + (long)rows * rowHeight;
        if (width > MostSide || height > MostSide || width * height > MostPixels)
        {
            throw new ArgumentException($"The contact sheet would have {width} x {height} pixels; at most {MostSide} a side and "
                + $"{MostPixels / 1_000_000} million in all are written. Show fewer images.");
        }
        return new SKImageInfo((int)width, (int)height, SKColorType.Rgba8888, SKAlphaType.Opaque);
    }

    private static void Place(Span<byte> sheet, int rowBytes, ReadOnlySpan<float> image, ImageShape shape, PixelRange range, int zoom)
    {
        // With fewer than three channels, all three colors are the first channel.
        int colorStep = shape.Channels >= 3 ? shape.PlaneLength : 0;
        float factor = 255 / (range.Maximum - range.Minimum);
        for (int y = 0; y < shape.Height * zoom; y++)
        {
            for (int x = 0; x < shape.Width * zoom; x++)
            {
                int from = y / zoom * shape.Width + x / zoom;
                for (int color = 0; color < 3; color++)
                    sheet[y * rowBytes + x * 4 + color] = (byte)Math.Clamp((image[from + color * colorStep] - range.Minimum) * factor + 0.5f, 0, 255);
            }
        }
    }
}
