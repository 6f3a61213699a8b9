using System.Numerics.Tensors;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>The statistics of one activation over the calibration images: a histogram of its values, and the mean of every channel.</summary>
/// <param name="channels">The number of channels.</param>
internal sealed class ActivationStatistics(int channels)
{
    private readonly double[] _sums = new double[channels];

    /// <summary>The histogram of the values.</summary>
    public ValueHistogram Values { get; } = new();

    /// <summary>The mean of a channel.</summary>
    public double Mean(int channel) => Values.Count == 0 ? 0 : _sums[channel] / (Values.Count / _sums.Length);

    /// <summary>Adds a batch.</summary>
    /// <param name="batch">The values, N x channels x any further dimensions.</param>
    /// <param name="images">N, the number of images.</param>
    /// <exception cref="InvalidDataException">A value is not finite.</exception>
    public void Add(ReadOnlySpan<float> batch, int images)
    {
        Values.Add(batch);
        int plane = batch.Length / images / _sums.Length;
        for (int at = 0, channel = 0; at < batch.Length; at += plane, channel = (channel + 1) % _sums.Length)
            _sums[channel] += TensorPrimitives.Sum(batch.Slice(at, plane));
    }
}
