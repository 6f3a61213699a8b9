using System.Buffers;
using System.Numerics.Tensors;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>
/// The pixels of a batch of maps in channels-last order as a matrix of pixels x channels. Where there are few channels, several pixels make up one of
/// its rows, so that a pass over a row has enough to do. A row's values for computing stand in the order of the lanes of <see cref="ILanes"/>.
/// </summary>
internal sealed class ChannelMatrix
{
    // Sums depend on where the rows are cut: always at the same places, whatever the number of threads.
    private const int WantedWidth = 256, Pieces = 16;

    private readonly int _channels;
    private readonly int[] _lanes;

    private ChannelMatrix(MapShape shape, int[] lanes)
    {
        (Shape, _channels, Pixels) = (shape, shape.Channels, shape.Pixels);
        PixelsOfRow = FullRow(_channels, Pixels);
        _lanes = lanes;
    }

    /// <summary>The shape of the maps.</summary>
    public MapShape Shape { get; }

    /// <summary>How many pixels there are.</summary>
    public int Pixels { get; }

    /// <summary>Pixels of a row.</summary>
    public int PixelsOfRow { get; }

    /// <summary>How many rows there are.</summary>
    public int Rows => Pixels / PixelsOfRow;

    /// <summary>Numbers of a row, a multiple of the channels.</summary>
    public int Width => _channels * PixelsOfRow;

    /// <summary>Whether maps can be gone through by pairs of vectors.</summary>
    public static bool Suits(MapShape shape) => shape.Channels * FullRow(shape.Channels, shape.Pixels) % ILanes.PairCount == 0;

    /// <summary>Describes maps.</summary>
    /// <typeparam name="T">The type of their numbers.</typeparam>
    public static ChannelMatrix Of<T>(MapShape shape) where T : struct, ILanes => new(shape, [.. Enumerable.Range(0, ILanes.PairCount).Select(T.PairLane)]);

    /// <summary>Makes of a value for each channel one for each number of a row, in the order of the lanes.</summary>
    public float[] PerNumber(Func<int, double> ofChannel)
    {
        var channels = new float[_channels];
        for (int channel = 0; channel < _channels; channel++)
            channels[channel] = (float)ofChannel(channel);
        var values = new float[Width];
        for (int i = 0, channel = 0; i < Width; i++, channel = channel + 1 == _channels ? 0 : channel + 1)
            values[Lane(i)] = channels[channel];
        return values;
    }

    /// <summary>Adds up two quantities of every channel, on several threads, from the first row to the last.</summary>
    /// <param name="add">Adds those of some rows, from the first to the one behind the last, to the numbers of a row.</param>
    public (double[] First, double[] Second) Sum(Action<int, int, RowSums> add)
    {
        float[] memory = ArrayPool<float>.Shared.Rent(2 * Pieces * Width);
        RowSums Of(int piece) => new(new(memory, 2 * piece * Width, Width), new(memory, (2 * piece + 1) * Width, Width));
        try
        {
            Array.Clear(memory, 0, 2 * Pieces * Width);
            KernelThreads.Run(Pieces, piece => add(Start(piece), Start(piece + 1), Of(piece)));
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

    private int Start(int piece) => (int)((long)Rows * piece / Pieces);

    private int Lane(int place) => place - place % ILanes.PairCount + _lanes[place % ILanes.PairCount];

    private double[] PerChannel(ReadOnlySpan<float> numbers)
    {
        var values = new double[_channels];
        for (int i = 0, channel = 0; i < numbers.Length; i++, channel = channel + 1 == _channels ? 0 : channel + 1)
            values[channel] += numbers[Lane(i)];
        return values;
    }

    private static int FullRow(int channels, int pixels)
    {
        int ofRow = 1;
        while ((channels * ofRow < WantedWidth || channels * ofRow % ILanes.PairCount != 0) && pixels % (2 * ofRow) == 0)
            ofRow *= 2;
        return ofRow;
    }
}
