using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Quantization.Folding;

/// <summary>
/// Makes the ranges of consecutive layers alike (arXiv 1906.04721, section 4.1): a channel between two convolutions with a ReLU between them may be
/// multiplied by any positive factor before and divided by it behind, and the network computes the same.
/// </summary>
internal static class CrossLayerEqualization
{
    // A dead channel says nothing about its range, and a factor far from 1 would only move the trouble.
    private const double LargestFactor = 1000;

    /// <summary>The network with equalised weights.</summary>
    public static FoldedNetwork Apply(FoldedNetwork network)
    {
        foreach ((LayerSpec first, LayerSpec second) in Pairs(network))
            network = Equalize(network, first, second);
        return network;
    }

    // A convolution, its ReLU, and a convolution that nothing shares its input with.
    private static IEnumerable<(LayerSpec First, LayerSpec Second)> Pairs(FoldedNetwork network)
    {
        Dictionary<string, LayerSpec> layers = network.Layers.ToDictionary(layer => layer.Name);
        ILookup<string, LayerSpec> takers = network.Layers.SelectMany(layer => layer.Inputs, (layer, input) => (layer, input)).ToLookup(item => item.input, item => item.layer);
        return from relu in network.Layers
               where relu.Kind == LayerKind.Relu && layers[relu.Inputs[0]].Kind == LayerKind.Convolution
               let behind = takers[relu.Name].ToArray()
               where behind is [{ Kind: LayerKind.Convolution }]
               select (layers[relu.Inputs[0]], behind[0]);
    }

    private static FoldedNetwork Equalize(FoldedNetwork network, LayerSpec first, LayerSpec second)
    {
        (WeightTensor filters, ReadOnlyMemory<float> firstBias) = network.Tensors(first);
        float[] before = filters.Values.ToArray(), bias = firstBias.ToArray(), behind = network.Tensors(second).Filters.Values.ToArray();
        int length = before.Length / bias.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            double range = before.AsSpan(channel * length, length).ToArray().Max(Math.Abs), rangeBehind = Taking(second, channel).Max(index => Math.Abs(behind[index]));
            double factor = Math.Sqrt(rangeBehind / range);
            if (!(factor is > 1 / LargestFactor and < LargestFactor))
                continue;
            for (int i = 0; i < length; i++)
                before[channel * length + i] = (float)(before[channel * length + i] * factor);
            bias[channel] = (float)(bias[channel] * factor);
            foreach (int index in Taking(second, channel))
                behind[index] = (float)(behind[index] / factor);
        }
        return network.With(new Dictionary<string, float[]>
        {
            [FoldedNetwork.Filters(first)] = before, [FoldedNetwork.Bias(first)] = bias, [FoldedNetwork.Filters(second)] = behind,
        });
    }

    // The places of the weights that multiply an input channel.
    private static IEnumerable<int> Taking(LayerSpec layer, int channel)
    {
        int inputs = layer.InputChannels / layer.Groups, outputs = layer.OutputChannels / layer.Groups, window = layer.Kernel * layer.Kernel;
        int firstOutput = channel / inputs * outputs, place = channel % inputs;
        return from output in Enumerable.Range(firstOutput, outputs)
               from pixel in Enumerable.Range(0, window)
               select (output * inputs + place) * window + pixel;
    }
}
