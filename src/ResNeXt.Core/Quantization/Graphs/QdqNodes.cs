using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>Writes QuantizeLinear and DequantizeLinear nodes with their scales and weights; equal scales are stored once.</summary>
/// <param name="graph">The ONNX graph to write to.</param>
internal sealed class QdqNodes(OnnxGraph graph)
{
    private readonly Dictionary<float, string> _scales = [];
    private readonly Dictionary<byte, string> _zeroPoints = [];

    /// <summary>Writes nodes that convert floats to bytes. Of several tensors, which have a part of the channels each, the bytes are joined.</summary>
    public string Quantize(string name, IReadOnlyList<string> floats, ByteScale scale)
    {
        if (floats is [string single])
            return Quantize(name, single, scale);
        string[] parts = [.. floats.Select((part, index) => Quantize($"{name}.{index}", part, scale))];
        return graph.AddUnnamed("Concat", $"{name}.q", parts, Attribute("axis", 1));
    }

    /// <summary>Writes a node that converts bytes to floats.</summary>
    public string Dequantize(string name, string bytes, ByteScale scale) =>
        graph.AddUnnamed("DequantizeLinear", $"{name}.dq", [bytes, Scale(scale), ZeroPoint(scale)]);

    /// <summary>The tensor with the byte that represents 0.</summary>
    public string ZeroPoint(ByteScale scale)
    {
        if (!_zeroPoints.TryGetValue(scale.ZeroPoint, out string? name))
            _zeroPoints[scale.ZeroPoint] = name = graph.Numbers<byte>($"zero{scale.ZeroPoint}", DataType.Uint8, [], [scale.ZeroPoint]);
        return name;
    }

    /// <summary>Writes the weights and the bias of a convolution: int8 and int32 in the file, dequantized to floats for the operator.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="inputScale">The scale of the input.</param>
    public string[] Weights(LayerSpec layer, Int8Weights weights, float inputScale)
    {
        int channels = weights.Scales.Length;
        // ONNX Runtime requires exactly this scale, in this precision.
        float[] biasScales = [.. weights.Scales.Select(scale => scale * inputScale)];
        string filters = graph.Numbers<sbyte>($"{layer.Name}.w", DataType.Int8, layer.Tensors().First().Shape, weights.Filters);
        string bias = graph.Numbers<int>($"{layer.Name}.b", DataType.Int32, [channels], weights.Bias);
        return
        [
            graph.AddUnnamed(
                "DequantizeLinear", $"{filters}.dq", [filters, graph.Floats($"{filters}.s", [channels], weights.Scales)], Attribute("axis", 0)),
            graph.AddUnnamed("DequantizeLinear", $"{bias}.dq", [bias, graph.Floats($"{bias}.s", [channels], biasScales)], Attribute("axis", 0)),
        ];
    }

    /// <summary>
    /// Writes the weights of the fully connected layer, inputs x outputs: int8 in the file, dequantized to floats for the operator.
    /// </summary>
    public string TransposedWeights(LayerSpec layer, Int8Weights weights)
    {
        (int inputs, int outputs) = (layer.InputChannels, layer.OutputChannels);
        var transposed = new sbyte[weights.Filters.Length];
        for (int i = 0; i < transposed.Length; i++)
            transposed[i] = weights.Filters[i % outputs * inputs + i / outputs];
        string filters = graph.Numbers<sbyte>($"{layer.Name}.w", DataType.Int8, [inputs, outputs], transposed);
        return graph.AddUnnamed(
            "DequantizeLinear", $"{filters}.dq", [filters, graph.Floats($"{filters}.s", [outputs], weights.Scales)], Attribute("axis", 1));
    }

    /// <summary>Writes the bias of a layer in float32.</summary>
    public string Bias(LayerSpec layer, StateDict weights) =>
        graph.Floats(FoldedNetwork.Bias(layer), [layer.OutputChannels], weights.Tensors[FoldedNetwork.Bias(layer)].Values.Span);

    /// <summary>Writes the weights and the bias of a layer in float32.</summary>
    public string[] Weights(LayerSpec layer, StateDict weights) => [.. layer.Tensors().Select(spec =>
        graph.Floats(spec.Name, weights.Tensors[spec.Name].Shape, weights.Tensors[spec.Name].Values.Span))];

    private string Quantize(string name, string floats, ByteScale scale) =>
        graph.AddUnnamed("QuantizeLinear", $"{name}.q", [floats, Scale(scale), ZeroPoint(scale)]);

    private string Scale(ByteScale scale)
    {
        if (!_scales.TryGetValue(scale.Scale, out string? name))
            _scales[scale.Scale] = name = graph.Floats($"scale{_scales.Count}", [], [scale.Scale]);
        return name;
    }
}
