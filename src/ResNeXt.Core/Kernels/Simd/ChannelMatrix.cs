using System.Buffers;
using System.Numerics.Tensors;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>
/// A view of a batch of feature maps in channels-last format as a matrix with one pixel per row and one channel per column. If there are few
/// channels, a row holds several pixels, so that a pass over a row has enough work.
/// </summary>
/// <remarks>Values that are combined with a row (scales, sums) are in the order in which <see cref="ILanes"/> loads its elements.</remarks>
internal sealed class ChannelMatrix
{
    // Rounding depends on how the rows are divided: always into the same pieces, so that results do not depend on the number of threads.
    private const int WantedWidth = 256, Pieces = 16;

    private readonly int _channels;
    private readonly int[] _lanes;

    private ChannelMatrix(NchwShape shape, int[] lanes)
    {
        (Shape, _channels, Pixels) = (shape, shape.Channels, shape.Pixels);
        PixelsOfRow = FullRow(_channels, Pixels);
        _lanes = lanes;
    }

    /// <summary>The shape of the feature maps.</summary>
    public NchwShape Shape { get; }

    /// <summary>The number of pixels of all images together.</summary>
    public int Pixels { get; }

    /// <summary>The number of pixels in a row.</summary>
    public int PixelsOfRow { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Pixels / PixelsOfRow;

    /// <summary>The number of elements in a row: pixels times channels.</summary>
    public int Width => _channels * PixelsOfRow;

    /// <summary>Whether the rows of feature maps consist of whole pairs of vectors, which the kernels need.</summary>
    public static bool Suits(NchwShape shape) => shape.Channels * FullRow(shape.Channels, shape.Pixels) % ILanes.PairCount == 0;

    /// <summary>The matrix of feature maps.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="shape">The shape of the feature maps.</param>
    public static ChannelMatrix Of<T>(NchwShape shape) where T : struct, ILanes =>
        new(shape, [.. Enumerable.Range(0, ILanes.PairCount).Select(T.PairLane)]);

    /// <summary>Repeats a value per channel for every element of a row, in the order in which <see cref="ILanes"/> loads them.</summary>
    /// <param name="ofChannel">The value of a channel.</param>
    public float[] PerElement(Func<int, double> ofChannel)
    {
        var channels = new float[_channels];
        for (int channel = 0; channel < _channels; channel++)
            channels[channel] = (float)ofChannel(channel);
        var values = new float[Width];
        for (int i = 0, channel = 0; i < Width; i++, channel = channel + 1 == _channels ? 0 : channel + 1)
            values[Lane(i)] = channels[channel];
        return values;
    }

    /// <summary>Sums two quantities over all pixels, for every channel, on several threads.</summary>
    /// <param name="add">Adds the quantities of some rows (inclusive start, exclusive end) to partial sums.</param>
    /// <returns>The two sums of each channel.</returns>
    public (double[] First, double[] Second) Sum(Action<int, int, PartialSums> add)
    {
        float[] memory = ArrayPool<float>.Shared.Rent(2 * Pieces * Width);
        PartialSums Of(int piece) => new(new(memory, 2 * piece * Width, Width), new(memory, (2 * piece + 1) * Width, Width));
        try
        {
            Array.Clear(memory, 0, 2 * Pieces * Width);
            KernelThreads.Run(Pieces, piece => add(Start(piece), Start(piece + 1), Of(piece)));
            PartialSums total = Of(0);
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

    private double[] PerChannel(ReadOnlySpan<float> elements)
    {
        var values = new double[_channels];
        for (int i = 0, channel = 0; i < elements.Length; i++, channel = channel + 1 == _channels ? 0 : channel + 1)
            values[channel] += elements[Lane(i)];
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
