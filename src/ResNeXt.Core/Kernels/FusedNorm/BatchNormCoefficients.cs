using System.Runtime.InteropServices;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp.Modules;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// The coefficients of batch normalization with the statistics of one batch: with them it is one multiplication and one addition per element,
/// x Scale + Offset.
/// </summary>
/// <remarks>
/// Batch normalization (arXiv 1502.03167, algorithm 1) computes y = weight (x - mean) / sqrt(variance + eps) + bias for each channel. So
/// Scale = weight / sqrt(variance + eps) and Offset = bias - Scale mean.
/// </remarks>
internal sealed class BatchNormCoefficients
{
    private readonly ChannelMatrix _matrix;
    private readonly double[] _mean, _inverseStd, _scale;

    /// <param name="matrix">The feature maps to normalize.</param>
    /// <param name="statistics">The statistics of the feature maps.</param>
    /// <param name="normalization">The module with weight, bias and eps.</param>
    public BatchNormCoefficients(ChannelMatrix matrix, BatchStatistics statistics, BatchNorm2d normalization)
    {
        _matrix = matrix;
        _mean = statistics.Mean;
        _inverseStd = [.. statistics.Variance.Select(variance => 1 / Math.Sqrt(variance + normalization.eps))];
        float[] weight = Values(normalization.weight!), bias = Values(normalization.bias!);
        _scale = [.. _inverseStd.Select((inverse, channel) => weight[channel] * inverse)];
        Scale = matrix.PerElement(channel => _scale[channel]);
        Offset = matrix.PerElement(channel => bias[channel] - _scale[channel] * _mean[channel]);
        Mean = matrix.PerElement(channel => _mean[channel]);
    }

    /// <summary>The factor of each element of a row.</summary>
    public float[] Scale { get; }

    /// <summary>The summand of each element of a row.</summary>
    public float[] Offset { get; }

    /// <summary>The channel's mean for each element of a row.</summary>
    public float[] Mean { get; }

    /// <summary>Computes the gradients of the parameters, and the coefficients of the gradient of the input.</summary>
    /// <param name="sums">For each channel, the sum of the output gradients.</param>
    /// <param name="products">For each channel, the sum of the output gradients times (x - mean).</param>
    public BatchNormGradients Backward(double[] sums, double[] products)
    {
        double[] slope = [.. products.Select((product, channel) =>
            -_scale[channel] * _inverseStd[channel] * _inverseStd[channel] * product / _matrix.Pixels)];
        return new(
            [.. products.Select((product, channel) => (float)(product * _inverseStd[channel]))],
            [.. sums.Select(sum => (float)sum)],
            _matrix.PerElement(channel => slope[channel]),
            _matrix.PerElement(channel => -_scale[channel] * sums[channel] / _matrix.Pixels - slope[channel] * _mean[channel]));
    }

    private static float[] Values(Parameter parameter) => [.. MemoryMarshal.Cast<byte, float>(parameter.bytes)];
}

/// <summary>
/// The gradients of batch normalization. The gradient of the input is gradient Scale + x Slope + Level: the last two terms arise because mean and
/// variance depend on x too.
/// </summary>
/// <param name="Weight">The gradient of the weight, for each channel.</param>
/// <param name="Bias">The gradient of the bias, for each channel.</param>
/// <param name="Slope">The factor of x, for each element of a row.</param>
/// <param name="Level">The constant term, for each element of a row.</param>
internal sealed record BatchNormGradients(float[] Weight, float[] Bias, float[] Slope, float[] Level);
