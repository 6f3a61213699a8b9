using System.Runtime.InteropServices;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp.Modules;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>Batch normalisation by the statistics of one batch: x Scale + Offset, and its gradient.</summary>
internal sealed class Normalizer
{
    private readonly ChannelMatrix _matrix;
    private readonly double[] _mean, _inverseDeviation, _scale;

    public Normalizer(ChannelMatrix matrix, BatchStatistics statistics, BatchNorm2d normalization)
    {
        _matrix = matrix;
        _mean = statistics.Mean;
        _inverseDeviation = [.. statistics.Variance.Select(variance => 1 / Math.Sqrt(variance + normalization.eps))];
        float[] weight = Values(normalization.weight!), bias = Values(normalization.bias!);
        _scale = [.. _inverseDeviation.Select((inverse, channel) => weight[channel] * inverse)];
        Scale = matrix.PerNumber(channel => _scale[channel]);
        Offset = matrix.PerNumber(channel => bias[channel] - _scale[channel] * _mean[channel]);
        Mean = matrix.PerNumber(channel => _mean[channel]);
    }

    /// <summary>For each number of a row.</summary>
    public float[] Scale { get; }

    /// <summary>For each number of a row.</summary>
    public float[] Offset { get; }

    /// <summary>For each number of a row.</summary>
    public float[] Mean { get; }

    /// <summary>Its gradient.</summary>
    /// <param name="sums">Of the gradients of the output, for each channel.</param>
    /// <param name="products">Sums of their products with the differences of the input from the mean.</param>
    public NormalizerGradient Differentiate(double[] sums, double[] products)
    {
        double[] slope = [.. products.Select((product, channel) => -_scale[channel] * _inverseDeviation[channel] * _inverseDeviation[channel] * product / _matrix.Pixels)];
        return new(
            [.. products.Select((product, channel) => (float)(product * _inverseDeviation[channel]))],
            [.. sums.Select(sum => (float)sum)],
            _matrix.PerNumber(channel => slope[channel]),
            _matrix.PerNumber(channel => -_scale[channel] * sums[channel] / _matrix.Pixels - slope[channel] * _mean[channel]));
    }

    private static float[] Values(Parameter parameter) => [.. MemoryMarshal.Cast<byte, float>(parameter.bytes)];
}
