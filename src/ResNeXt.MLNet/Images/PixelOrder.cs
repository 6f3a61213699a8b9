using System.Runtime.InteropServices;
using SkiaSharp;

namespace ResNeXt.MLNet.Images;

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
    /// <param name="pixels">The pixels, replaced by the upright ones.</param>
    /// <param name="width">The width of the stored image, in pixels.</param>
    /// <param name="height">The height of the stored image, in pixels.</param>
    /// <param name="origin">The corner of the upright image at which the first pixel belongs.</param>
    /// <returns>The width and height of the upright image, in pixels.</returns>
    public static (int Width, int Height) TurnUpright(ref byte[] pixels, int width, int height, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return (width, height);

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

        byte[] upright = new byte[pixels.Length];
        ReadOnlySpan<int> from = MemoryMarshal.Cast<byte, int>(pixels);
        Span<int> to = MemoryMarshal.Cast<byte, int>(upright.AsSpan());
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                to[start + x * right + y * down] = from[y * width + x];
        }
        pixels = upright;
        return origin >= SKEncodedOrigin.LeftTop ? (height, width) : (width, height);
    }
}
