using System.Numerics.Tensors;

namespace ResNeXt.Core.Images;

/// <summary>The values that stand for black and white; colour operations are defined between them.</summary>
/// <param name="Minimum">Black.</param>
/// <param name="Maximum">White; above <paramref name="Minimum"/>.</param>
public readonly record struct PixelRange(float Minimum, float Maximum)
{
    /// <summary>0 to 255, the values of bytes.</summary>
    public static PixelRange Bytes { get; } = new(0, 255);

    private float BytesPerUnit => (float)(255 / ((double)Maximum - Minimum));

    /// <summary>Brings pixels of this range to 0..255, in place.</summary>
    internal void ToBytes(Span<float> pixels)
    {
        if (this == Bytes)
            return;
        TensorPrimitives.Subtract(pixels, Minimum, pixels);
        TensorPrimitives.Multiply(pixels, BytesPerUnit, pixels);
    }

    /// <summary>The normalisation that does to pixels of 0..255 what the given one does to pixels of this range.</summary>
    internal PixelNormalization ToBytes(PixelNormalization normalization)
    {
        (float minimum, float factor) = (Minimum, BytesPerUnit);
        return new(
            [.. normalization.Mean.Select(mean => (mean - minimum) * factor)],
            [.. normalization.Std.Select(deviation => deviation * factor)]);
    }
}
