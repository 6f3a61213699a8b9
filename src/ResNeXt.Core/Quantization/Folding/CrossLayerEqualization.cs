using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Quantization.Folding;

/// <summary>
/// Equalizes the weight ranges of consecutive layers (arXiv 1906.04721, section 4.1). A channel between two convolutions with a ReLU may be
/// multiplied by any positive factor in the first and divided by it in the second: the network computes the same, and similar ranges lose less when
/// quantized.
/// </summary>
internal static class CrossLayerEqualization
{
    // The range of a dead channel is meaningless, and an extreme factor would only move the loss to the other layer.
    private const double LargestFactor = 1000;

    /// <summary>Returns the network with equalized weights.</summary>
    public static FoldedNetwork Apply(FoldedNetwork network)
    {
        foreach ((LayerSpec first, LayerSpec second) in Pairs(network))
            network = Equalize(network, first, second);
        return network;
    }

    // Pairs of convolutions with a ReLU between them whose output nothing else uses.
    private static IEnumerable<(LayerSpec First, LayerSpec Second)> Pairs(FoldedNetwork network)
    {
        Dictionary<string, LayerSpec> layers = network.Layers.ToDictionary(layer => layer.Name);
        ILookup<string, LayerSpec> consumers = network.Layers
            .SelectMany(layer => layer.Inputs, (layer, input) => (layer, input)).ToLookup(item => item.input, item => item.layer);
        return from relu in network.Layers
               where relu.Kind == LayerKind.Relu && layers[relu.Inputs[0]].Kind == LayerKind.Convolution
               let next = consumers[relu.Name].ToArray()
               where next is [{ Kind: LayerKind.Convolution }]
               select (layers[relu.Inputs[0]], next[0]);
    }

    private static FoldedNetwork Equalize(FoldedNetwork network, LayerSpec first, LayerSpec second)
    {
        (WeightTensor filters, ReadOnlyMemory<float> firstBias) = network.Tensors(first);
        float[] firstWeights = filters.Values.ToArray(), bias = firstBias.ToArray(), secondWeights = network.Tensors(second).Filters.Values.ToArray();
        int length = firstWeights.Length / bias.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            double firstRange = firstWeights.AsSpan(channel * length, length).ToArray().Max(Math.Abs);
            double secondRange = WeightsOfInput(second, channel).Max(index => Math.Abs(secondWeights[index]));
            double factor = Math.Sqrt(secondRange / firstRange);
            if (!(factor is > 1 / LargestFactor and < LargestFactor))
                continue;
            for (int i = 0; i < length; i++)
                firstWeights[channel * length + i] = (float)(firstWeights[channel * length + i] * factor);
            bias[channel] = (float)(bias[channel] * factor);
            foreach (int index in WeightsOfInput(second, channel))
                secondWeights[index] = (float)(secondWeights[index] / factor);
        }
        return network.With(new Dictionary<string, float[]>
        {
            [FoldedNetwork.Filters(first)] = firstWeights, [FoldedNetwork.Bias(first)] = bias, [FoldedNetwork.Filters(second)] = secondWeights,
        });
    }

    // The indices of the weights that multiply an input channel.
    private static IEnumerable<int> WeightsOfInput(LayerSpec layer, int channel)
    {
        int inputs = layer.InputChannels / layer.Groups, outputs = layer.OutputChannels / layer.Groups, window = layer.Kernel * layer.Kernel;
        int firstOutput = channel / inputs * outputs, place = channel % inputs;
        return from output in Enumerable.Range(firstOutput, outputs)
               from pixel in Enumerable.Range(0, window)
               select (output * inputs + place) * window + pixel;
    }
}
