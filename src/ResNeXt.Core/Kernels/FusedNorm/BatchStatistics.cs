using System.Runtime.InteropServices;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>The mean and the variance of each channel over a batch.</summary>
/// <param name="Mean">Of each channel.</param>
/// <param name="Variance">Of each channel, divided by the number of pixels.</param>
/// <param name="Pixels">How many there are.</param>
internal sealed record BatchStatistics(double[] Mean, double[] Variance, int Pixels)
{
    /// <summary>Computes them in one pass. Differences from the first pixel are added up: squares of the numbers themselves would hide a small variance.</summary>
    public static unsafe BatchStatistics Of<T>(ChannelMatrix matrix, MapMemory maps) where T : struct, ILanes
    {
        float FirstPixel(int channel) => T.ToSingle(maps[0] + channel * T.Size);
        float[] shift = matrix.PerNumber(channel => FirstPixel(channel));
        (double[] sums, double[] squares) = matrix.Sum((from, to, piece) => NormalizationPasses<T>.AddMoments(maps[from], to - from, shift, piece));
        double[] differences = [.. sums.Select(sum => sum / matrix.Pixels)];
        return new(
            [.. differences.Select((difference, channel) => FirstPixel(channel) + difference)],
            [.. differences.Select((difference, channel) => Math.Max(0, squares[channel] / matrix.Pixels - difference * difference))],
            matrix.Pixels);
    }

    /// <summary>Goes on with a module's running statistics, as it does itself.</summary>
    /// <param name="normalization">Has them, with a momentum: as networks here are made.</param>
    public void Remember(BatchNorm2d normalization)
    {
        double momentum = normalization.momentum!.Value;
        Move(normalization.running_mean!, Mean, 1, momentum);
        Move(normalization.running_var!, Variance, (double)Pixels / (Pixels - 1), momentum);
        Tensor tracked = normalization.num_batches_tracked!;
        // TorchSharp gives a module that is made for a type a counter of that type.
        if (tracked.dtype == ScalarType.Int64)
            MemoryMarshal.Cast<byte, long>(tracked.bytes)[0]++;
        else
            tracked.add_(1);
    }

    private static void Move(Tensor running, double[] values, double factor, double momentum)
    {
        Span<float> remembered = MemoryMarshal.Cast<byte, float>(running.bytes);
        for (int channel = 0; channel < values.Length; channel++)
            remembered[channel] = (float)((1 - momentum) * remembered[channel] + momentum * factor * values[channel]);
    }
}
