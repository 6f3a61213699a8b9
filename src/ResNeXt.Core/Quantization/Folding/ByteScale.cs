namespace ResNeXt.Core.Quantization.Folding;

/// <summary>
/// The quantization parameters of an activation, ONNX's scale and zero point: a byte represents the value (byte - <paramref name="ZeroPoint"/>) x
/// <paramref name="Scale"/>.
/// </summary>
/// <param name="Scale">The difference of the values of two neighboring bytes, above 0.</param>
/// <param name="ZeroPoint">The byte that represents 0.</param>
internal readonly record struct ByteScale(float Scale, byte ZeroPoint)
{
    /// <summary>
    /// Returns the scale that covers a range, widened to contain 0. If nothing is negative, the zero point is 0, and ONNX Runtime drops the ReLU.
    /// </summary>
    public static ByteScale Covering(double minimum, double maximum)
    {
        (minimum, maximum) = (Math.Min(minimum, 0), Math.Max(maximum, 0));
        float scale = (float)((maximum - minimum) / byte.MaxValue);
        // Any scale suits a tensor that is 0 everywhere.
        return float.IsNormal(scale) ? new(scale, (byte)Math.Clamp(Math.Round(-minimum / scale), 0, byte.MaxValue)) : new(1f / byte.MaxValue, 0);
    }

    /// <summary>Returns the byte that represents a value best.</summary>
    public byte Quantize(double value) => (byte)Math.Clamp(Math.Round(value / Scale) + ZeroPoint, 0, byte.MaxValue);

    /// <summary>Returns the value that a byte represents.</summary>
    public double Dequantize(byte value) => (value - ZeroPoint) * (double)Scale;
}
