using System.Numerics.Tensors;

namespace ResNeXt.Core.Images;

/// <summary>The pixel values of black and white, between which color operations are defined.</summary>
/// <param name="Minimum">The value of black.</param>
/// <param name="Maximum">The value of white; above <paramref name="Minimum"/>.</param>
public readonly record struct PixelRange(float Minimum, float Maximum)
{
    /// <summary>The range of bytes, 0 to 255.</summary>
    public static PixelRange Bytes { get; } = new(0, 255);

    private float BytesPerUnit => (float)(255 / ((double)Maximum - Minimum));

    /// <summary>Scales pixels from this range to 0..255, in place.</summary>
    /// <param name="pixels">The pixels.</param>
    internal void ToBytes(Span<float> pixels)
    {
        if (this == Bytes)
            return;
        TensorPrimitives.Subtract(pixels, Minimum, pixels);
        TensorPrimitives.Multiply(pixels, BytesPerUnit, pixels);
    }

    /// <summary>Converts a normalization of pixels of this range to the equivalent one of pixels of 0..255.</summary>
    /// <param name="normalization">The normalization of pixels of this range.</param>
    internal PixelNormalization ToBytes(PixelNormalization normalization)
    {
        (float minimum, float factor) = (Minimum, BytesPerUnit);
        return new(
            [.. normalization.Mean.Select(mean => (mean - minimum) * factor)],
            [.. normalization.Std.Select(std => std * factor)]);
    }
}
