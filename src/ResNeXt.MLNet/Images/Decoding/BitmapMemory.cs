using System.Runtime.InteropServices;
using SkiaSharp;

namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>Memory of SkiaSharp that is allocated without an exception of its own, and written in place.</summary>
internal static class BitmapMemory
{
    /// <summary>Allocates pixels of four bytes: red, green, blue, alpha.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <exception cref="InvalidDataException">There is not enough memory.</exception>
    public static SKBitmap Allocate(int width, int height)
    {
        var bitmap = new SKBitmap();
        if (bitmap.TryAllocPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul)))
            return bitmap;
        bitmap.Dispose();
        throw new InvalidDataException($"An image of {width}x{height} pixels does not fit into memory.");
    }

    /// <summary>Gets the pixels, in rows, from the top.</summary>
    /// <param name="bitmap">The bitmap, which must not be disposed of while they are used.</param>
    public static Span<byte> Pixels(SKBitmap bitmap) => Writable(bitmap.GetPixelSpan());

    /// <summary>Joins two parts.</summary>
    /// <param name="first">The first part.</param>
    /// <param name="second">The second part.</param>
    /// <returns>The bytes of both; the caller disposes of them.</returns>
    public static SKData Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var data = SKData.Create(first.Length + second.Length);
        Span<byte> bytes = Writable(data.AsSpan());
        first.CopyTo(bytes);
        second.CopyTo(bytes[first.Length..]);
        return data;
    }

    // The memory is SkiaSharp's, outside of .NET's, and not read-only.
    private static Span<byte> Writable(ReadOnlySpan<byte> memory) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(memory), memory.Length);
}
