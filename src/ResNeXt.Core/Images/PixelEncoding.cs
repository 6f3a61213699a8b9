using System.Runtime.InteropServices;

namespace ResNeXt.Core.Images;

/// <summary>Pixels as bytes: one per value if all values are whole numbers from 0 to 255, else the floats. The length tells which.</summary>
internal static class PixelEncoding
{
    /// <summary>The number of bytes of pixels that are not whole numbers.</summary>
    /// <param name="length">The number of values.</param>
    public static int MostBytes(int length) => checked(length * sizeof(float));

    /// <summary>Encodes pixels.</summary>
    /// <param name="pixels">The values.</param>
    /// <param name="target">The memory for <see cref="MostBytes"/> bytes.</param>
    /// <returns>The bytes that are used.</returns>
    public static Span<byte> Encode(ReadOnlySpan<float> pixels, Span<byte> target)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            target[i] = (byte)pixels[i];
            if (target[i] != pixels[i])
            {
                MemoryMarshal.AsBytes(pixels).CopyTo(target);
                return target[..MostBytes(pixels.Length)];
            }
        }
        return target[..pixels.Length];
    }

    /// <summary>Decodes pixels in place.</summary>
    /// <param name="pixels">The memory for the values, of which the last bytes hold the encoded ones.</param>
    /// <param name="encodedLength">The number of encoded bytes.</param>
    public static void DecodeLast(Span<float> pixels, int encodedLength)
    {
        if (encodedLength == MostBytes(pixels.Length))
            return;
        // The bytes fill the last quarter and are widened from the front, so that no byte is overwritten before it is read.
        Span<byte> bytes = MemoryMarshal.AsBytes(pixels)[^encodedLength..];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = bytes[i];
    }
}
