using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine;

/// <summary>Tensors to compute probes with, without drawing from libtorch's generator. They belong to the current dispose scope.</summary>
internal static class ProbeTensors
{
    private const int PoolSize = 4099;
    private static readonly ConcurrentDictionary<int, float[]> Pools = new();

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
        float[] drawnOnce = Pools.GetOrAdd(seed, DrawOnce);
        var values = new float[count];
        for (int start = 0; start < values.Length; start += drawnOnce.Length)
            drawnOnce.AsSpan(0, Math.Min(drawnOnce.Length, values.Length - start)).CopyTo(values.AsSpan(start));
        Tensor drawn = tensor(values, shape.ToArray()).to(type);
        if (shape.Length == 4 && !planar)
            drawn = drawn.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        return drawn.detach();
    }

    private static float[] DrawOnce(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, PoolSize).Select(_ => random.Next(-64, 65) / 128f)];
    }

    /// <summary>A copy in float64 that a gradient is asked of.</summary>
    public static Tensor InFloat64(Tensor tensor) => tensor.detach().to(ScalarType.Float64).requires_grad_(true);

    /// <summary>The largest difference, as a part of the largest expected value.</summary>
    public static double Difference(Tensor actual, Tensor expected) =>
        ((actual.to(ScalarType.Float64) - expected).abs().max() / expected.abs().max()).item<double>();

    /// <summary>The largest of errors; not a number where one is none.</summary>
    public static double Largest(params ReadOnlySpan<double> errors)
    {
        double largest = 0;
        foreach (double error in errors)
            largest = Math.Max(largest, error);
        return largest;
    }
}
