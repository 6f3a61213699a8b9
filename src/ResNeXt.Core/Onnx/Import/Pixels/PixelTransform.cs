using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import.Pixels;

/// <summary>
/// What a graph does with pixels before the first convolution: every channel is one of the image's channels, times a factor, plus an addend.
/// </summary>
internal sealed class PixelTransform
{
    private readonly int[] _order;
    private readonly double[] _factors;
    private readonly double[] _addends;

    private PixelTransform(int[] order, double[] factors, double[] addends) => (_order, _factors, _addends) = (order, factors, addends);

    /// <summary>The number of channels.</summary>
    public int Channels => _order.Length;

    /// <summary>Whether the pixels stay what they are.</summary>
    public bool IsIdentity => !ChangesValues && _order.Select((channel, index) => channel == index).All(same => same);

    private bool ChangesValues => _factors.Any(factor => factor != 1) || _addends.Any(addend => addend != 0);

    /// <summary>Gets the transform that changes nothing.</summary>
    public static PixelTransform None(int channels) =>
        new([.. Enumerable.Range(0, channels)], [.. Enumerable.Repeat(1.0, channels)], new double[channels]);

    /// <summary>Adds a step that multiplies and adds, per channel.</summary>
    public PixelTransform Then(IReadOnlyList<double> factors, IReadOnlyList<double> addends) => new(
        _order,
        [.. _factors.Zip(factors, (first, second) => first * second)],
        [.. _addends.Select((addend, channel) => addend * factors[channel] + addends[channel])]);

    /// <summary>Adds a step that takes the channels in another order.</summary>
    public PixelTransform Then(IReadOnlyList<int> order) =>
        new([.. order.Select(index => _order[index])], [.. order.Select(index => _factors[index])], [.. order.Select(index => _addends[index])]);

    /// <summary>Gets the same change of values as a normalization of the image's channels; null if the values stay what they are.</summary>
    /// <exception cref="ArgumentException">A factor is 0 or below, or a value is not finite.</exception>
    public PixelNormalization? Normalization()
    {
        if (!ChangesValues)
            return null;
        float[] mean = new float[Channels], std = new float[Channels];
        for (int index = 0; index < Channels; index++)
        {
            mean[_order[index]] = (float)(-_addends[index] / _factors[index]);
            std[_order[index]] = (float)(1 / _factors[index]);
        }
        return new PixelNormalization(mean, std);
    }

    /// <summary>Reorders the weights of the first convolution, so that they take the image's channels in the image's order.</summary>
    public WeightTensor InImageOrder(WeightTensor filters)
    {
        int area = filters.Shape[2] * filters.Shape[3];
        var values = new float[filters.Values.Length];
        for (int filter = 0; filter < filters.Shape[0]; filter++)
        {
            for (int index = 0; index < Channels; index++)
            {
                filters.Values.Slice((filter * Channels + index) * area, area)
                    .CopyTo(values.AsMemory((filter * Channels + _order[index]) * area, area));
            }
        }
        return filters with { Values = values };
    }

    /// <summary>Gets what the first convolution takes for planar images.</summary>
    public float[] Apply(float[] images, int planeLength)
    {
        var values = new float[images.Length];
        for (int offset = 0; offset < images.Length; offset += Channels * planeLength)
        {
            for (int i = 0; i < Channels * planeLength; i++)
            {
                int index = i / planeLength;
                values[offset + i] = (float)(images[offset + _order[index] * planeLength + i % planeLength] * _factors[index] + _addends[index]);
            }
        }
        return values;
    }
}
