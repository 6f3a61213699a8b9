using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>The weights of a layer in int8, symmetric, with a scale per output channel, and its bias in int32.</summary>
/// <param name="Filters">The weights in the order of the float32 ones.</param>
/// <param name="Scales">What 1 stands for, by output channel.</param>
/// <param name="Bias">The bias, in units of the input's scale times the channel's.</param>
internal sealed record QuantizedWeights(sbyte[] Filters, float[] Scales, int[] Bias)
{
    // With 7 bits, two products with unsigned bytes add up within 16 bits, which is where CPUs without VNNI add them.
    private const int Levels = 127, ReducedLevels = 64;

    /// <summary>Quantises the weights of a layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="inputScale">The scale of the bytes that it takes.</param>
    public static QuantizedWeights Of(QuantizedNetwork network, LayerSpec layer, float inputScale)
    {
        (Tensors.WeightTensor tensor, ReadOnlyMemory<float> bias) = network.Network.Tensors(layer);
        ReadOnlySpan<float> values = tensor.Values.Span;
        int channels = bias.Length, length = values.Length / channels, levels = network.ReducedRange ? ReducedLevels : Levels;
        var result = new QuantizedWeights(new sbyte[values.Length], new float[channels], new int[channels]);
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

    /// <summary>What the weight at an index stands for.</summary>
    public float Dequantized(int index) => Filters[index] * Scales[index / (Filters.Length / Scales.Length)];

    // A channel with almost no weights would get so fine a scale that its bias does not fit in 32 bits.
    private static float Scale(ReadOnlySpan<float> filter, float bias, float inputScale, int levels)
    {
        float largest = System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(filter);
        float scale = Math.Max(Math.Abs(largest) / levels, (float)(Math.Abs((double)bias) / inputScale / (1 << 30)));
        return float.IsNormal(scale) ? scale : 1;
    }
}
