using ResNeXt.Core.Kernels;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine.Probes;

/// <summary>The tensors of probes, made without libtorch's random generator. They belong to the current dispose scope.</summary>
internal static class ProbeTensors
{
    private const int PoolSize = 4099;

    /// <summary>Draws values between -0.5 and 0.5 that every type represents exactly.</summary>
    /// <param name="seed">The seed of the values.</param>
    /// <param name="type">The element type.</param>
    /// <param name="planar">Whether a tensor of four dimensions is contiguous rather than channels-last; others are always contiguous.</param>
    /// <param name="shape">The shape.</param>
    public static Tensor Draw(int seed, ScalarType type, bool planar, params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long dimension in shape)
            count *= dimension;
        // Repeats a prime number of values: drawing each one would take longer than the computation.
        float[] drawnOnce = DrawOnce(seed);
        var values = new float[count];
        for (int start = 0; start < values.Length; start += drawnOnce.Length)
            drawnOnce.AsSpan(0, Math.Min(drawnOnce.Length, values.Length - start)).CopyTo(values.AsSpan(start));
        Tensor drawn = TensorMemory.Of(values).view(shape.ToArray()).to(type);
        if (shape.Length == 4 && !planar)
            drawn = drawn.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        return drawn.detach();
    }

    // A linear congruential generator: JIT-compiling .NET's Random takes too long for a check of a tenth of a second.
    private static float[] DrawOnce(int seed)
    {
        var values = new float[PoolSize];
        uint state = (uint)seed;
        for (int i = 0; i < values.Length; i++)
        {
            state = state * 1664525 + 1013904223;
            values[i] = ((int)(state >> 16) % 129 - 64) / 128f;
        }
        return values;
    }

    /// <summary>A copy in float64 that records gradients.</summary>
    public static Tensor InFloat64(Tensor tensor) => tensor.detach().to(ScalarType.Float64).requires_grad_(true);

    /// <summary>The largest difference, relative to the largest expected value.</summary>
    public static double Difference(Tensor actual, Tensor expected)
    {
        Tensor difference = (actual.to(ScalarType.Float64) - expected).abs().max() / expected.abs().max();
        using Tensor value = difference.detach();
        return BitConverter.ToDouble(value.bytes);
    }

    /// <summary>The largest of some errors; NaN if one is NaN.</summary>
    public static double Largest(params ReadOnlySpan<double> errors)
    {
        double largest = 0;
        foreach (double error in errors)
            largest = Math.Max(largest, error);
        return largest;
    }
}
