using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Quantization.Layouts;
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
        _activations[NetworkDefinition.Images] = Floats(NetworkDefinition.Images, [images], isExact: true);
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
        LayerKind.Relu => Floats(layer.Name, Relu(layer, inputs[0].Floats), inputs[0].IsExact),
        LayerKind.Addition => Floats(layer.Name, [graph.Add("Add", layer.Name, [.. inputs.Select(input => input.Dequantized)])], isExact: false),
        LayerKind.MaxPooling => QdqActivation.OfFloats(_nodes, layer.Name,
            [graph.Add("MaxPool", layer.Name, [inputs[0].Dequantized], [.. NetworkGraph.Window(layer)])], inputs[0].Scale, isExact: false),
        LayerKind.ZeroPadding => QdqActivation.OfBytes(_nodes, layer.Name,
            NetworkGraph.ZeroPadding(graph, layer, inputs[0].Quantized, _nodes.ZeroPoint(inputs[0].Scale)), inputs[0].Scale),
        LayerKind.GlobalAveragePooling => Pooling(layer, inputs[0]),
        _ => throw new InvalidOperationException($"The layer '{layer.Name}' is of the kind {layer.Kind}, for which there is no int8 operator."),
    };

    private ImmutableArray<string> Convolution(LayerSpec layer, QdqActivation input)
    {
        if (IsFloat32(layer))
            return [Convolution(layer, input.Best, _nodes.Weights(layer, network.Network.Weights))];
        float scale = input.Scale.Scale;
        ConvolutionLayout layout = network.Layouts.GetValueOrDefault(layer.Name, ConvolutionLayout.Default);
        if (layout.InBlocks)
            return [ConvolutionInBlocks(layer, input)];
        LayerSpec merged = GroupMerging.Merge(layer, layout.Width);
        Int8Weights narrow = Int8Weights.Of(network, layer, scale);
        Int8Weights weights = narrow with { Filters = GroupMerging.Expand(layer, merged, narrow.Filters) };
        if (!layout.IsSplit)
            return [Convolution(merged, input.Dequantized, _nodes.Weights(merged, weights, scale))];
        LayerSpec[] groups = [.. Enumerable.Range(0, merged.Groups).Select(group => Group(merged, group))];
        string[] bytes = [.. groups.Select(group => $"{group.Name}.in")];
        graph.AddSplit(bytes, input.Quantized, axis: 1);
        return
        [
            .. groups.Select((group, index) => Convolution(group, _nodes.Dequantize(bytes[index], bytes[index], input.Scale),
                _nodes.Weights(group, weights.OfGroup(index, groups.Length), scale))),
        ];
    }

    private string Convolution(LayerSpec layer, string input, string[] weights) =>
        graph.Add("Conv", layer.Name, [input, .. weights], [.. NetworkGraph.Window(layer), Attribute("group", layer.Groups)]);

    private string ConvolutionInBlocks(LayerSpec layer, QdqActivation input)
    {
        var rearranged = SpaceToDepth.Of(layer);
        Int8Weights narrow = Int8Weights.Of(network, layer, input.Scale.Scale);
        Int8Weights weights = narrow with { Filters = rearranged.Rearrange<sbyte>(layer, narrow.Filters) };
        string blocks = graph.Add("SpaceToDepth", $"{layer.Name}.in", [input.Quantized], Attribute("blocksize", SpaceToDepth.Block));
        return graph.Add("Conv", layer.Name,
            [_nodes.Dequantize(blocks, blocks, input.Scale), .. _nodes.Weights(rearranged.Layer, weights, input.Scale.Scale)],
            [.. NetworkGraph.Window(rearranged.Layer, rearranged.Before, rearranged.After)]);
    }

    private static LayerSpec Group(LayerSpec layer, int group) => layer with
    {
        Name = $"{layer.Name}.{group}",
        InputChannels = layer.InputChannels / layer.Groups,
        OutputChannels = layer.OutputChannels / layer.Groups,
        Groups = 1,
    };

    private ImmutableArray<string> Relu(LayerSpec layer, ImmutableArray<string> inputs) => inputs is [string single]
        ? [graph.Add("Relu", layer.Name, [single])]
        : [.. inputs.Select((input, part) => graph.Add("Relu", $"{layer.Name}.{part}", [input]))];

    private QdqActivation Pooling(LayerSpec layer, QdqActivation input)
    {
        QdqActivation pooled = Floats(layer.Name, [graph.Add("GlobalAveragePool", layer.Name, [input.Dequantized])], isExact: false);
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
    private QdqActivation Floats(string name, ImmutableArray<string> tensors, bool isExact) =>
        QdqActivation.OfFloats(_nodes, name, tensors, network.Scales.GetValueOrDefault(name), isExact);
}
