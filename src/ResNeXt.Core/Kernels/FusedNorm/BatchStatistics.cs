using System.Runtime.InteropServices;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>The mean and the variance of each channel over a batch, which batch normalization uses in training.</summary>
/// <param name="Mean">The mean of each channel.</param>
/// <param name="Variance">The biased variance of each channel: divided by the number of pixels.</param>
/// <param name="Pixels">The number of pixels of the batch.</param>
internal sealed record BatchStatistics(double[] Mean, double[] Variance, int Pixels)
{
    /// <summary>
    /// Computes the statistics in one pass. It sums differences from the first pixel and their squares: squares of the values themselves would cancel
    /// a variance that is small compared to the mean.
    /// </summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="matrix">The layout of the feature maps.</param>
    /// <param name="maps">The feature maps.</param>
    public static unsafe BatchStatistics Of<T>(ChannelMatrix matrix, ChannelsLastMemory maps) where T : struct, ILanes
    {
        float FirstPixel(int channel) => T.ToSingle(maps[0] + channel * T.Size);
        float[] shift = matrix.PerElement(channel => FirstPixel(channel));
        (double[] sums, double[] squares) = matrix.Sum((from, to, totals) => NormalizationPasses<T>.SumMoments(maps[from], to - from, shift, totals));
        double[] differences = [.. sums.Select(sum => sum / matrix.Pixels)];
        return new(
            [.. differences.Select((difference, channel) => FirstPixel(channel) + difference)],
            [.. differences.Select((difference, channel) => Math.Max(0, squares[channel] / matrix.Pixels - difference * difference))],
            matrix.Pixels);
    }

    /// <summary>Updates the running statistics of a module, as the module itself does in training.</summary>
    /// <param name="normalization">The module; it has running statistics and a momentum.</param>
    public void UpdateRunning(BatchNorm2d normalization)
    {
        double momentum = normalization.momentum!.Value;
        Move(normalization.running_mean!, Mean, 1, momentum);
        Move(normalization.running_var!, Variance, (double)Pixels / (Pixels - 1), momentum);
        TrackedBatches.Count(normalization);
    }

    private static void Move(Tensor running, double[] values, double factor, double momentum)
    {
        Span<float> remembered = MemoryMarshal.Cast<byte, float>(running.bytes);
        for (int channel = 0; channel < values.Length; channel++)
            remembered[channel] = (float)((1 - momentum) * remembered[channel] + momentum * factor * values[channel]);
    }
}
