using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Quantization.Folding;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>
/// Writes a <see cref="QuantizedNetwork"/> as an ONNX graph in the QDQ format: float operators between DequantizeLinear and QuantizeLinear nodes,
/// which ONNX Runtime replaces by int8 operators. Layers that only move values work on the bytes themselves.
/// </summary>
/// <param name="graph">The ONNX graph to write to.</param>
/// <param name="network">The network.</param>
internal sealed class QdqGraph(OnnxGraph graph, QuantizedNetwork network)
{
    private readonly Dictionary<string, QdqActivation> _activations = new(StringComparer.Ordinal);
    private readonly QdqNodes _nodes = new(graph);

    /// <summary>Writes the network.</summary>
    /// <param name="images">The name of the tensor with the normalized images, N x C x H x W.</param>
    /// <param name="output">The name for the logits.</param>
    public void Write(string images, string output)
    {
        _activations[NetworkDefinition.Images] = Floats(NetworkDefinition.Images, images, isExact: true);
        foreach (LayerSpec layer in network.Network.Layers)
        {
            QdqActivation[] inputs = [.. layer.Inputs.Select(input => _activations[input])];
            if (layer.Kind == LayerKind.Linear)
                Linear(layer, inputs[0], output);
            else
                _activations[layer.Name] = Write(layer, inputs);
        }
    }

    private QdqActivation Write(LayerSpec layer, QdqActivation[] inputs) => layer.Kind switch
    {
        LayerKind.Convolution => Floats(layer.Name, Convolution(layer, inputs[0]), isExact: IsFloat32(layer)),
        LayerKind.Relu => Floats(layer.Name, graph.Add("Relu", layer.Name, [inputs[0].Floats]), inputs[0].IsExact),
        LayerKind.Addition => Floats(layer.Name, graph.Add("Add", layer.Name, [.. inputs.Select(input => input.Dequantized)]), isExact: false),
        LayerKind.MaxPooling => QdqActivation.OfFloats(_nodes, layer.Name,
            graph.Add("MaxPool", layer.Name, [inputs[0].Dequantized], [.. NetworkGraph.Window(layer)]), inputs[0].Scale, isExact: false),
        LayerKind.ZeroPadding => QdqActivation.OfBytes(_nodes, layer.Name,
            NetworkGraph.ZeroPadding(graph, layer, inputs[0].Quantized, _nodes.ZeroPoint(inputs[0].Scale)), inputs[0].Scale),
        LayerKind.GlobalAveragePooling => Pooling(layer, inputs[0]),
        _ => throw new InvalidOperationException($"The layer '{layer.Name}' is of the kind {layer.Kind}, for which there is no int8 operator."),
    };

    private string Convolution(LayerSpec layer, QdqActivation input)
    {
        LayerSpec merged = IsFloat32(layer) ? layer : GroupMerging.Merge(layer);
        string[] weights = IsFloat32(layer)
            ? _nodes.Weights(layer, network.Network.Weights)
            : _nodes.Weights(layer, merged, Int8Weights.Of(network, layer, input.Scale.Scale), input.Scale.Scale);
        return graph.Add("Conv", layer.Name, [IsFloat32(layer) ? input.Best : input.Dequantized, .. weights],
            [.. NetworkGraph.Window(layer), Attribute("group", merged.Groups)]);
    }

    private QdqActivation Pooling(LayerSpec layer, QdqActivation input)
    {
        QdqActivation pooled = Floats(layer.Name, graph.Add("GlobalAveragePool", layer.Name, [input.Dequantized]), isExact: false);
        string flat = graph.Add("Flatten", "features", [pooled.Quantized], Attribute("axis", 1));
        return QdqActivation.OfBytes(_nodes, "features", flat, pooled.Scale);
    }

    // ONNX Runtime has an int8 MatMul with float output, but no such Gemm. It fuses a MatMul and an Add to a Gemm, but not a MatMul and a Sum.
    private void Linear(LayerSpec layer, QdqActivation input, string output)
    {
        if (IsFloat32(layer))
        {
            graph.Add("Gemm", output, [input.Best, .. _nodes.Weights(layer, network.Network.Weights)], Attribute("transB", 1));
            return;
        }
        Int8Weights weights = Int8Weights.Of(network, layer, input.Scale.Scale);
        string product = graph.Add("MatMul", layer.Name, [input.Dequantized, _nodes.TransposedWeights(layer, weights)]);
        graph.Add("Sum", output, [product, _nodes.Bias(layer, network.Network.Weights)]);
    }

    private bool IsFloat32(LayerSpec layer) => network.Float32Layers.Contains(layer.Name);

    // A layer before a ReLU has no scale, because its bytes are never used.
    private QdqActivation Floats(string name, string tensor, bool isExact) =>
        QdqActivation.OfFloats(_nodes, name, tensor, network.Scales.GetValueOrDefault(name), isExact);
}
