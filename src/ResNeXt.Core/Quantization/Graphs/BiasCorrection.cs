using ResNeXt.Core.Networks;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>
/// Corrects biases for the shift of the mean of every output that rounding the weights causes (arXiv 1906.04721, section 4.2): the rounding errors of
/// a channel's weights times the calibrated means of its inputs.
/// </summary>
internal static class BiasCorrection
{
    /// <summary>Returns the network with corrected biases.</summary>
    /// <param name="network">The network.</param>
    /// <param name="statistics">The statistics of the activations, by the name of the layer that computes them.</param>
    public static QuantizedNetwork Apply(QuantizedNetwork network, IReadOnlyDictionary<string, ActivationStatistics> statistics)
    {
        var biases = new Dictionary<string, float[]>();
        foreach (LayerSpec layer in network.Network.WeightedLayers.Where(layer => !network.Float32Layers.Contains(layer.Name)))
            biases[FoldedNetwork.Bias(layer)] = Corrected(network, layer, statistics);
        return network with { Network = network.Network.With(biases) };
    }

    private static float[] Corrected(QuantizedNetwork network, LayerSpec layer, IReadOnlyDictionary<string, ActivationStatistics> statistics)
    {
        (WeightTensor tensor, ReadOnlyMemory<float> bias) = network.Network.Tensors(layer);
        Int8Weights weights = Int8Weights.Of(network, layer, network.Scales[layer.Inputs[0]].Scale);
        ReadOnlySpan<float> filters = tensor.Values.Span;
        float[] corrected = bias.ToArray();
        int length = filters.Length / corrected.Length, window = layer.Kernel * layer.Kernel;
        int inputs = length / window, outputsPerGroup = layer.OutputChannels / layer.Groups;
        for (int channel = 0; channel < corrected.Length; channel++)
        {
            double shift = 0;
            for (int i = 0; i < length; i++)
            {
                int input = channel / outputsPerGroup * inputs + i / window, at = channel * length + i;
                shift += (weights.Dequantized(at) - filters[at]) * statistics[layer.Inputs[0]].Mean(input);
            }
            corrected[channel] -= (float)shift;
        }
        return corrected;
    }
}
