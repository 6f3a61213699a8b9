using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Quantization.Folding;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>
/// Writes the nodes of a quantised network in the QDQ form: operators on floats between DequantizeLinear and QuantizeLinear, which a runtime
/// replaces by operators on bytes. What only moves values works on the bytes themselves.
/// </summary>
internal sealed class QuantizedGraph(OnnxGraph graph, QuantizedNetwork network)
{
    private readonly Dictionary<string, QuantizedActivation> _activations = new(StringComparer.Ordinal);
    private readonly QuantizationNodes _nodes = new(graph);

    /// <summary>Writes the network.</summary>
    /// <param name="images">Name of the normalised images, N x C x H x W.</param>
    /// <param name="output">The name to give the logits.</param>
    public void Write(string images, string output)
    {
        _activations[NetworkDefinition.Images] = Floats(NetworkDefinition.Images, images, isExact: true);
        foreach (LayerSpec layer in network.Network.Layers)
        {
            QuantizedActivation[] inputs = [.. layer.Inputs.Select(input => _activations[input])];
            if (layer.Kind == LayerKind.Linear)
                Linear(layer, inputs[0], output);
            else
                _activations[layer.Name] = Write(layer, inputs);
        }
    }

    private QuantizedActivation Write(LayerSpec layer, QuantizedActivation[] inputs) => layer.Kind switch
    {
        LayerKind.Convolution => Floats(layer.Name, Convolution(layer, inputs[0]), isExact: IsFloat32(layer)),
        LayerKind.Relu => Floats(layer.Name, graph.Add("Relu", layer.Name, [inputs[0].Floats]), inputs[0].IsExact),
        LayerKind.Addition => Floats(layer.Name, graph.Add("Add", layer.Name, [.. inputs.Select(input => input.Dequantized)]), isExact: false),
        LayerKind.MaxPooling => QuantizedActivation.OfFloats(_nodes, layer.Name,
            graph.Add("MaxPool", layer.Name, [inputs[0].Dequantized], [.. NetworkGraph.Window(layer)]), inputs[0].Scale, isExact: false),
        LayerKind.ZeroPadding => QuantizedActivation.OfBytes(_nodes, layer.Name,
            NetworkGraph.ZeroPadding(graph, layer, inputs[0].Quantized, _nodes.ZeroPoint(inputs[0].Scale)), inputs[0].Scale),
        LayerKind.GlobalAveragePooling => Pooling(layer, inputs[0]),
        _ => throw new InvalidOperationException($"The layer '{layer.Name}' is of the kind {layer.Kind}, which has no int8 operator here."),
    };

    private string Convolution(LayerSpec layer, QuantizedActivation input)
    {
        LayerSpec merged = IsFloat32(layer) ? layer : GroupMerging.Merge(layer);
        string[] weights = IsFloat32(layer)
            ? _nodes.Weights(layer, network.Network.Weights)
            : _nodes.Weights(layer, merged, QuantizedWeights.Of(network, layer, input.Scale.Scale), input.Scale.Scale);
        return graph.Add("Conv", layer.Name, [IsFloat32(layer) ? input.Best : input.Dequantized, .. weights],
            [.. NetworkGraph.Window(layer), Attribute("group", merged.Groups)]);
    }

    private QuantizedActivation Pooling(LayerSpec layer, QuantizedActivation input)
    {
        QuantizedActivation pooled = Floats(layer.Name, graph.Add("GlobalAveragePool", layer.Name, [input.Dequantized]), isExact: false);
        string flat = graph.Add("Flatten", "features", [pooled.Quantized], Attribute("axis", 1));
        return QuantizedActivation.OfBytes(_nodes, "features", flat, pooled.Scale);
    }

    // ONNX Runtime multiplies bytes in a MatMul that gives floats, but not in a Gemm, which it makes of a MatMul with an Add; of one with a Sum it does not.
    private void Linear(LayerSpec layer, QuantizedActivation input, string output)
    {
        if (IsFloat32(layer))
        {
            graph.Add("Gemm", output, [input.Best, .. _nodes.Weights(layer, network.Network.Weights)], Attribute("transB", 1));
            return;
        }
        QuantizedWeights weights = QuantizedWeights.Of(network, layer, input.Scale.Scale);
        string product = graph.Add("MatMul", layer.Name, [input.Dequantized, _nodes.TransposedWeights(layer, weights)]);
        graph.Add("Sum", output, [product, _nodes.Bias(layer, network.Network.Weights)]);
    }

    private bool IsFloat32(LayerSpec layer) => network.Float32Layers.Contains(layer.Name);

    // A layer before a ReLU has no scale: it is never asked for its bytes.
    private QuantizedActivation Floats(string name, string tensor, bool isExact) =>
        QuantizedActivation.OfFloats(_nodes, name, tensor, network.Scales.GetValueOrDefault(name), isExact);
}
