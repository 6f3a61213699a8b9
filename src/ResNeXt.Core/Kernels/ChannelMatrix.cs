using System.Buffers;
using System.Numerics.Tensors;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// The pixels of a batch of maps in channels-last order as a matrix of pixels x channels. Where there are few channels, several pixels make up one of
/// its rows, so that a pass over a row has enough to do.
/// </summary>
internal sealed class ChannelMatrix
{
    // Sums depend on where the rows are cut: always at the same places, whatever the number of threads.
    private const int WantedWidth = 256, Pieces = 16;

    private readonly int _channels, _pixelsOfRow = 1;

    /// <summary>Describes maps.</summary>
    /// <param name="shape">N x C x H x W.</param>
    public ChannelMatrix(ReadOnlySpan<long> shape)
    {
        _channels = (int)shape[1];
        Pixels = (int)(shape[0] * shape[2] * shape[3]);
        while (_channels * _pixelsOfRow < WantedWidth && Pixels % (2 * _pixelsOfRow) == 0)
            _pixelsOfRow *= 2;
    }

    /// <summary>How many pixels there are.</summary>
    public int Pixels { get; }

    /// <summary>How many rows there are.</summary>
    public int Rows => Pixels / _pixelsOfRow;

    /// <summary>Numbers of a row, a multiple of the channels.</summary>
    public int Width => _channels * _pixelsOfRow;

    /// <summary>Makes of a value for each channel one for each number of a row.</summary>
    public float[] PerNumber(Func<int, double> ofChannel)
    {
        var values = new float[Width];
        for (int channel = 0; channel < _channels; channel++)
            values[channel] = (float)ofChannel(channel);
        for (int start = _channels; start < Width; start += _channels)
            values.AsSpan(0, _channels).CopyTo(values.AsSpan(start));
        return values;
    }

    /// <summary>Adds up two quantities of every channel, on several threads.</summary>
    /// <param name="add">Adds those of some rows, from the first to the one behind the last, to the numbers of a row.</param>
    public (double[] First, double[] Second) Sum(Action<int, int, RowSums> add)
    {
        float[] memory = ArrayPool<float>.Shared.Rent(2 * Pieces * Width);
        RowSums Of(int piece) => new(new(memory, 2 * piece * Width, Width), new(memory, (2 * piece + 1) * Width, Width));
        try
        {
            Array.Clear(memory, 0, 2 * Pieces * Width);
            KernelThreads.Run(Pieces, piece => add((int)((long)Rows * piece / Pieces), (int)((long)Rows * (piece + 1) / Pieces), Of(piece)));
            RowSums total = Of(0);
            for (int piece = 1; piece < Pieces; piece++)
            {
                TensorPrimitives.Add(total.First, Of(piece).First, total.First);
                TensorPrimitives.Add(total.Second, Of(piece).Second, total.Second);
            }
            return (PerChannel(total.First), PerChannel(total.Second));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(memory);
        }
    }

    private double[] PerChannel(ReadOnlySpan<float> numbers)
    {
        var values = new double[_channels];
        for (int i = 0; i < numbers.Length; i++)
            values[i % _channels] += numbers[i];
        return values;
    }
}
