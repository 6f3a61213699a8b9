namespace ResNeXt.Core.Quantization.Folding;

/// <summary>What the 256 values of an unsigned byte stand for: (byte - <paramref name="ZeroPoint"/>) x <paramref name="Scale"/>.</summary>
/// <param name="Scale">The distance of neighbours, above 0.</param>
/// <param name="ZeroPoint">The byte that stands for 0.</param>
internal readonly record struct ByteScale(float Scale, byte ZeroPoint)
{
    /// <summary>The scale that covers a range, widened to have 0 in it. Where nothing is negative the zero point is 0: ONNX Runtime then needs no ReLU.</summary>
    public static ByteScale Covering(double minimum, double maximum)
    {
        (minimum, maximum) = (Math.Min(minimum, 0), Math.Max(maximum, 0));
        float scale = (float)((maximum - minimum) / byte.MaxValue);
        // Of a tensor that is 0 everywhere, any scale is right.
        return float.IsNormal(scale) ? new(scale, (byte)Math.Clamp(Math.Round(-minimum / scale), 0, byte.MaxValue)) : new(1f / byte.MaxValue, 0);
    }

    /// <summary>The byte for a value.</summary>
    public byte Quantize(double value) => (byte)Math.Clamp(Math.Round(value / Scale) + ZeroPoint, 0, byte.MaxValue);

    /// <summary>The value that a byte stands for.</summary>
    public double Dequantize(byte value) => (value - ZeroPoint) * (double)Scale;
}
