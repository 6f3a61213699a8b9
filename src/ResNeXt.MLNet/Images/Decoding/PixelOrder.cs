using System.Runtime.InteropServices;
using SkiaSharp;

namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>Makes decoded pixels (4 bytes each: red, green, blue, alpha; in rows, from the top) opaque and upright.</summary>
/// <remarks>SkiaSharp's canvas could do this too, but its coordinates end at 32,767.</remarks>
internal static class PixelOrder
{
    /// <summary>Blends premultiplied pixels with white.</summary>
    /// <param name="pixels">The pixels.</param>
    public static void LayOverWhite(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 4)
        {
            byte white = (byte)(255 - pixels[i + 3]);
            pixels[i] += white;
            pixels[i + 1] += white;
            pixels[i + 2] += white;
            pixels[i + 3] = 255;
        }
    }

    /// <summary>Rotates and mirrors pixels so that the image is upright.</summary>
    /// <param name="stored">The stored image.</param>
    /// <param name="origin">The corner of the upright image at which the first pixel belongs.</param>
    /// <returns>The upright image: the same bitmap, or a new one; the caller disposes of both.</returns>
    public static SKBitmap TurnUpright(SKBitmap stored, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return stored;

        (int width, int height) = (stored.Width, stored.Height);
        // The new place of the first stored pixel, and the new distance between neighbors in a stored row and in a stored column.
        int last = width * height - 1;
        (int start, int right, int down) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (last, -1, -width),
            SKEncodedOrigin.BottomLeft => (last - width + 1, 1, -width),
            SKEncodedOrigin.LeftTop => (0, height, 1),
            SKEncodedOrigin.RightTop => (height - 1, height, -1),
            SKEncodedOrigin.RightBottom => (last, -height, -1),
            SKEncodedOrigin.LeftBottom => (last - height + 1, -height, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "EXIF defines eight orientations."),
        };

        SKBitmap upright = origin >= SKEncodedOrigin.LeftTop ? BitmapMemory.Allocate(height, width) : BitmapMemory.Allocate(width, height);
        ReadOnlySpan<int> from = MemoryMarshal.Cast<byte, int>(BitmapMemory.Pixels(stored));
        Span<int> to = MemoryMarshal.Cast<byte, int>(BitmapMemory.Pixels(upright));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                to[start + x * right + y * down] = from[y * width + x];
        }
        return upright;
    }
}
