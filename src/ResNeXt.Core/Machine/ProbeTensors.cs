using ResNeXt.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine;

/// <summary>Tensors to compute probes with, without drawing from libtorch's generator. They belong to the current dispose scope.</summary>
internal static class ProbeTensors
{
    private const int PoolSize = 4099;

    /// <summary>Numbers between -0.5 and 0.5, exact in every type; for a number of dimensions other than four, in the usual order.</summary>
    /// <param name="seed">Draws them.</param>
    /// <param name="type">Their type.</param>
    /// <param name="planar">Of four dimensions: in the order of the shape, rather than channels-last.</param>
    /// <param name="shape">The shape.</param>
    public static Tensor Draw(int seed, ScalarType type, bool planar, params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long dimension in shape)
            count *= dimension;
        // A prime number of values over and over: drawing each would take longer than computing with it.
        float[] drawnOnce = DrawOnce(seed);
        var values = new float[count];
        for (int start = 0; start < values.Length; start += drawnOnce.Length)
            drawnOnce.AsSpan(0, Math.Min(drawnOnce.Length, values.Length - start)).CopyTo(values.AsSpan(start));
        Tensor drawn = TensorMemory.Of(values).view(shape.ToArray()).to(type);
        if (shape.Length == 4 && !planar)
            drawn = drawn.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        return drawn.detach();
    }

    // A linear congruential generator: what it needs is compiled at once, unlike .NET's, and the check has a tenth of a second.
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

    /// <summary>A copy in float64 that a gradient is asked of.</summary>
    public static Tensor InFloat64(Tensor tensor) => tensor.detach().to(ScalarType.Float64).requires_grad_(true);

    /// <summary>The largest difference, as a part of the largest expected value.</summary>
    public static double Difference(Tensor actual, Tensor expected)
    {
        Tensor difference = (actual.to(ScalarType.Float64) - expected).abs().max() / expected.abs().max();
        return BitConverter.ToDouble(difference.detach().bytes);
    }

    /// <summary>The largest of errors; not a number where one is none.</summary>
    public static double Largest(params ReadOnlySpan<double> errors)
    {
        double largest = 0;
        foreach (double error in errors)
            largest = Math.Max(largest, error);
        return largest;
    }
}
