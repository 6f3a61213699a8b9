using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>Writes QuantizeLinear and DequantizeLinear nodes with their scales; equal scales stand in the file once.</summary>
internal sealed class QuantizationNodes(OnnxGraph graph)
{
    private readonly Dictionary<float, string> _scales = [];
    private readonly Dictionary<byte, string> _zeroPoints = [];

    public string Quantize(string name, string floats, ByteScale scale) =>
        graph.AddUnnamed("QuantizeLinear", $"{name}.q", [floats, Scale(scale), ZeroPoint(scale)]);

    public string Dequantize(string name, string bytes, ByteScale scale) =>
        graph.AddUnnamed("DequantizeLinear", $"{name}.dq", [bytes, Scale(scale), ZeroPoint(scale)]);

    /// <summary>The tensor with the byte that stands for 0.</summary>
    public string ZeroPoint(ByteScale scale)
    {
        if (!_zeroPoints.TryGetValue(scale.ZeroPoint, out string? name))
            _zeroPoints[scale.ZeroPoint] = name = graph.Numbers<byte>($"zero{scale.ZeroPoint}", DataType.Uint8, [], [scale.ZeroPoint]);
        return name;
    }

    /// <summary>A convolution's weights and bias: int8 and int32 in the file, floats for the operator.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="merged">The convolution as it is written, with wider groups.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="inputScale">The scale of its input.</param>
    public string[] Weights(LayerSpec layer, LayerSpec merged, QuantizedWeights weights, float inputScale)
    {
        int channels = weights.Scales.Length;
        // ONNX Runtime asks for exactly this scale, in this precision.
        float[] biasScales = [.. weights.Scales.Select(scale => scale * inputScale)];
        string filters = graph.Numbers<sbyte>($"{layer.Name}.w", DataType.Int8, merged.Tensors().First().Shape, GroupMerging.Expand(layer, merged, weights.Filters));
        string bias = graph.Numbers<int>($"{layer.Name}.b", DataType.Int32, [channels], weights.Bias);
        return
        [
            graph.AddUnnamed("DequantizeLinear", $"{filters}.dq", [filters, graph.Floats($"{filters}.s", [channels], weights.Scales)], Attribute("axis", 0)),
            graph.AddUnnamed("DequantizeLinear", $"{bias}.dq", [bias, graph.Floats($"{bias}.s", [channels], biasScales)], Attribute("axis", 0)),
        ];
    }

    /// <summary>The weights of a fully connected layer, by input and then by output: int8 in the file, floats for the operator.</summary>
    public string TransposedWeights(LayerSpec layer, QuantizedWeights weights)
    {
        (int inputs, int outputs) = (layer.InputChannels, layer.OutputChannels);
        var transposed = new sbyte[weights.Filters.Length];
        for (int i = 0; i < transposed.Length; i++)
            transposed[i] = weights.Filters[i % outputs * inputs + i / outputs];
        string filters = graph.Numbers<sbyte>($"{layer.Name}.w", DataType.Int8, [inputs, outputs], transposed);
        return graph.AddUnnamed("DequantizeLinear", $"{filters}.dq", [filters, graph.Floats($"{filters}.s", [outputs], weights.Scales)], Attribute("axis", 1));
    }

    /// <summary>A layer's bias in float32.</summary>
    public string Bias(LayerSpec layer, StateDict weights) =>
        graph.Floats(FoldedNetwork.Bias(layer), [layer.OutputChannels], weights.Tensors[FoldedNetwork.Bias(layer)].Values.Span);

    /// <summary>A layer's weights and bias in float32.</summary>
    public string[] Weights(LayerSpec layer, StateDict weights) => [.. layer.Tensors().Select(spec =>
        graph.Floats(spec.Name, weights.Tensors[spec.Name].Shape, weights.Tensors[spec.Name].Values.Span))];

    private string Scale(ByteScale scale)
    {
        if (!_scales.TryGetValue(scale.Scale, out string? name))
            _scales[scale.Scale] = name = graph.Floats($"scale{_scales.Count}", [], [scale.Scale]);
        return name;
    }
}
