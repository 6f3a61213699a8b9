using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Imaging;

/// <summary>Small image files made in memory, so that what they show is known.</summary>
internal static class MadeImage
{
    /// <summary>An image of 32x16 pixels with a colour per quarter: red, green (upper half), blue, white (lower half).</summary>
    public static byte[] Quarters(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(32, 16);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        Fill(canvas, SKColors.Red, 0, 0);
        Fill(canvas, SKColors.Lime, 16, 0);
        Fill(canvas, SKColors.Blue, 0, 8);
        return Encode(bitmap, format);
    }

    /// <summary>One pixel per colour, in a row, as PNG with the transparency kept.</summary>
    public static byte[] Png(params SKColor[] colors)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(colors.Length, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = colors;
        return Encode(bitmap, SKEncodedImageFormat.Png);
    }

    /// <summary>A JPEG of <see cref="Quarters"/> that says how it has to be turned (EXIF, 1 to 8).</summary>
    public static byte[] JpegWithOrientation(int orientation)
    {
        byte[] jpeg = Quarters(SKEncodedImageFormat.Jpeg);
        // APP1, "Exif", a big-endian TIFF header, one directory entry: tag 0x0112, type SHORT, count 1, the value.
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\b"u8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    private static void Fill(SKCanvas canvas, SKColor color, int x, int y)
    {
        using var paint = new SKPaint { Color = color };
        canvas.DrawRect(x, y, 16, 8, paint);
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
