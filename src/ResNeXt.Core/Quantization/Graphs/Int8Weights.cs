using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>The weights of one layer in int8, symmetric, with a scale per output channel, and its bias in int32.</summary>
/// <param name="Filters">The weights, in the order of the float32 weights.</param>
/// <param name="Scales">The value that the byte 1 represents, for each output channel.</param>
/// <param name="Bias">The bias, in units of the scale of the input times the scale of the channel.</param>
internal sealed record Int8Weights(sbyte[] Filters, float[] Scales, int[] Bias)
{
    // CPUs without VNNI add two products with unsigned bytes in 16 bits, which 7-bit weights cannot overflow.
    private const int Levels = 127, ReducedLevels = 64;

    /// <summary>Quantizes the weights of a layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="inputScale">The scale of the layer's input.</param>
    public static Int8Weights Of(QuantizedNetwork network, LayerSpec layer, float inputScale)
    {
        (WeightTensor tensor, ReadOnlyMemory<float> bias) = network.Network.Tensors(layer);
        ReadOnlySpan<float> values = tensor.Values.Span;
        int channels = bias.Length, length = values.Length / channels, levels = network.ReducedRange ? ReducedLevels : Levels;
        var result = new Int8Weights(new sbyte[values.Length], new float[channels], new int[channels]);
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> filter = values.Slice(channel * length, length);
            float scale = result.Scales[channel] = Scale(filter, bias.Span[channel], inputScale, levels);
            for (int i = 0; i < length; i++)
                result.Filters[channel * length + i] = (sbyte)Math.Clamp(MathF.Round(filter[i] / scale), -levels, levels);
            result.Bias[channel] = (int)Math.Round(bias.Span[channel] / ((double)scale * inputScale));
        }
        return result;
    }

    /// <summary>Returns the weights of one of several groups of output channels.</summary>
    /// <param name="group">The group, from 0 on.</param>
    /// <param name="groups">The number of groups.</param>
    public Int8Weights OfGroup(int group, int groups) => new(Part(Filters, group, groups), Part(Scales, group, groups), Part(Bias, group, groups));

    /// <summary>Returns the value that the weight at an index represents.</summary>
    public float Dequantized(int index) => Filters[index] * Scales[index / (Filters.Length / Scales.Length)];

    private static T[] Part<T>(T[] values, int part, int parts) => values.AsSpan(values.Length / parts * part, values.Length / parts).ToArray();

    // Limits the scale from below: in a channel with almost no weights, the bias would not fit in 32 bits.
    private static float Scale(ReadOnlySpan<float> filter, float bias, float inputScale, int levels)
    {
        float largest = System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(filter);
        float scale = Math.Max(Math.Abs(largest) / levels, (float)(Math.Abs((double)bias) / inputScale / (1 << 30)));
        return float.IsNormal(scale) ? scale : 1;
    }
}
