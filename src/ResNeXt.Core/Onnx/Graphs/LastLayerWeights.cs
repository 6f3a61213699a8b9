using System.Runtime.InteropServices;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>The weights of the fully connected layer that computes the logits, as they are in a graph, in float32 or int8.</summary>
/// <param name="Classes">The number of classes.</param>
/// <param name="Channels">The number of features.</param>
/// <param name="Values">The weights in float32, classes x channels in row-major order.</param>
internal sealed record LastLayerWeights(int Classes, int Channels, float[] Values)
{
    /// <summary>The weights of one class, one per channel.</summary>
    public ReadOnlySpan<float> Of(int classIndex) => Values.AsSpan(classIndex * Channels, Channels);

    /// <summary>Reads the weights.</summary>
    /// <param name="graph">A graph that <see cref="GraphCheck"/> has accepted.</param>
    /// <exception cref="InvalidDataException">The graph does not end in a layer that this library writes.</exception>
    public static LastLayerWeights Read(GraphProto graph)
    {
        NodeProto last = Producer(graph, MirrorImages.NetworkLogits(graph));
        return last.OpType switch
        {
            "Gemm" when last.Input.Count > 1 => Float32(Constant(graph, last.Input[1], DataType.Float)),
            "Sum" => Int8(graph, Producer(graph, last.Input[0])),
            _ => throw Unknown($"ends in the operator {last.OpType}"),
        };
    }

    private static LastLayerWeights Float32(TensorProto weights) =>
        new(Size(weights, 0), Size(weights, 1), MemoryMarshal.Cast<byte, float>(weights.RawData.Span).ToArray());

    // QdqNodes.TransposedWeights writes channels x classes, with a scale per class.
    private static LastLayerWeights Int8(GraphProto graph, NodeProto product)
    {
        if (product.OpType != "MatMul" || product.Input.Count < 2)
            throw Unknown($"adds the result of the operator {product.OpType} to get the logits");
        NodeProto dequantization = Producer(graph, product.Input[1]);
        if (dequantization.OpType != "DequantizeLinear" || dequantization.Input.Count < 2)
            throw Unknown($"has weights of the last layer from the operator {dequantization.OpType}");
        TensorProto weights = Constant(graph, dequantization.Input[0], DataType.Int8);
        int channels = Size(weights, 0), classes = Size(weights, 1);
        ReadOnlySpan<float> scales = MemoryMarshal.Cast<byte, float>(Constant(graph, dequantization.Input[1], DataType.Float).RawData.Span);
        if (scales.Length != classes)
            throw Unknown($"has {scales.Length} scales for {classes} classes");
        ReadOnlySpan<sbyte> bytes = MemoryMarshal.Cast<byte, sbyte>(weights.RawData.Span);
        var values = new float[classes * channels];
        for (int i = 0; i < values.Length; i++)
            values[i] = bytes[i % channels * classes + i / channels] * scales[i / channels];
        return new(classes, channels, values);
    }

    private static int Size(TensorProto weights, int dimension) => weights.Dims.Count == 2
        ? (int)weights.Dims[dimension]
        : throw Unknown($"has weights of the last layer with {weights.Dims.Count} dimensions");

    private static NodeProto Producer(GraphProto graph, string tensor) =>
        graph.Node.FirstOrDefault(node => node.Output.Contains(tensor)) ?? throw Unknown($"has no operator that computes '{tensor}'");

    private static TensorProto Constant(GraphProto graph, string name, DataType type) =>
        graph.Initializer.FirstOrDefault(tensor => tensor.Name == name && tensor.DataType == type)
        ?? throw Unknown($"has no constant '{name}' of the type {type}");

    private static InvalidDataException Unknown(string what) =>
        new($"The ONNX model {what}, which this library does not write; it is damaged. Download or save it again.");
}
