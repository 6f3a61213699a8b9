using System.Numerics.Tensors;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>What calibration sees of one activation: its values, and the mean of every channel.</summary>
internal sealed class ActivationStatistics(int channels)
{
    private readonly double[] _sums = new double[channels];

    /// <summary>Its values.</summary>
    public ValueHistogram Values { get; } = new();

    /// <summary>The mean of a channel.</summary>
    public double Mean(int channel) => Values.Count == 0 ? 0 : _sums[channel] / (Values.Count / _sums.Length);

    /// <summary>Takes in a batch, N x channels x anything.</summary>
    /// <exception cref="InvalidDataException">A value is no finite number.</exception>
    public void Add(ReadOnlySpan<float> batch, int images)
    {
        Values.Add(batch);
        int plane = batch.Length / images / _sums.Length;
        for (int at = 0, channel = 0; at < batch.Length; at += plane, channel = (channel + 1) % _sums.Length)
            _sums[channel] += TensorPrimitives.Sum(batch.Slice(at, plane));
    }
}
