using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Images;

/// <summary>Small image files made in memory, so that what they show is known.</summary>
internal static class MadeImage
{
    /// <summary>An image of 32x16 pixels with a color per quarter: red, green (upper half), blue, white (lower half).</summary>
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

    /// <summary>One pixel per color, in a row, as PNG with the transparency kept.</summary>
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

    /// <summary>A PNG of <see cref="Quarters"/> with an EXIF chunk, of either byte order, before or after the image.</summary>
    public static byte[] PngWithOrientation(int orientation, bool little, bool signature)
    {
        byte[] png = Quarters(SKEncodedImageFormat.Png), exif = Exif(orientation, little, signature);
        byte[] typed = [.. "eXIf"u8, .. exif];
        byte[] chunk = [.. BigEndian((uint)exif.Length), .. typed, .. BigEndian(Crc(typed))];
        // After the header, which is 33 bytes with the signature of the file, or before the end, which is 12.
        int place = little ? 33 : png.Length - 12;
        return [.. png[..place], .. chunk, .. png[place..]];
    }

    /// <summary>A WebP of <see cref="Quarters"/> with an EXIF chunk.</summary>
    public static byte[] WebpWithOrientation(int orientation, bool little, bool signature)
    {
        byte[] image = Quarters(SKEncodedImageFormat.Webp)[12..], exif = Exif(orientation, little, signature);
        // The extended header: the flag of EXIF, then width and height less one.
        byte[] chunks = [.. "WEBPVP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, 31, 0, 0, 15, 0, 0, .. image, .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(chunks.Length), .. chunks];
    }

    // A TIFF header and one directory entry: tag 0x0112, type SHORT, count 1, the value.
    private static byte[] Exif(int orientation, bool little, bool signature)
    {
        byte[] tiff = little
            ? [.. "II*\0\b\0\0\0"u8, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
            : [.. "MM\0*\0\0\0\b"u8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return signature ? [.. "Exif\0\0"u8, .. tiff] : tiff;
    }

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
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
