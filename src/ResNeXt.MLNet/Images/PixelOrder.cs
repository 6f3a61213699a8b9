using System.Runtime.InteropServices;
using SkiaSharp;

namespace ResNeXt.MLNet.Images;

/// <summary>Brings decoded pixels (4 bytes each: red, green, blue, alpha; rows from the top) into the form that networks see.</summary>
/// <remarks>By hand rather than with a canvas, whose coordinates end at 32,767.</remarks>
internal static class PixelOrder
{
    /// <summary>Makes premultiplied pixels opaque by laying them over white.</summary>
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

    /// <summary>Turns and mirrors pixels so that the corner that <paramref name="origin"/> names comes to lie at the top left.</summary>
    /// <returns>Width and height, in pixels, of the upright image.</returns>
    public static (int Width, int Height) TurnUpright(ref byte[] pixels, int width, int height, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return (width, height);

        // Where the stored first pixel goes, and how far apart stored neighbours come to lie in a row and in a column.
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
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "EXIF knows eight orientations."),
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
