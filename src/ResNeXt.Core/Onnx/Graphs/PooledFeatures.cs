using Google.Protobuf;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>The features that a classifier's graph computes: the input of its last layer, one value per channel of the last feature maps.</summary>
internal static class PooledFeatures
{
    /// <summary>The name of the tensor in the graphs that this version writes in float32.</summary>
    public const string ExportedName = "features";

    /// <summary>Gets the name of the tensor with the features, N x channels; null if the graph does not end like those that this library writes.</summary>
    /// <param name="graph">A graph, in float32 or int8.</param>
    public static string? FindName(GraphProto graph)
    {
        NodeProto? last = Producer(graph, MirrorImages.NetworkLogits(graph));
        // The last layer of an int8 network is a product, to which the bias is added.
        if (last is { OpType: "Sum", Input: [var product, ..] })
            last = Producer(graph, product);
        return last is { OpType: "Gemm" or "MatMul", Input: [var features, ..] } ? features : null;
    }

    /// <summary>Makes the features an output of a model, which costs nothing: they are computed anyway.</summary>
    /// <param name="onnx">The model, of which the checksum is checked already: the result has none.</param>
    /// <param name="name">The name of the tensor with the features.</param>
    /// <returns>The bytes of the model with one more output.</returns>
    public static byte[] AddOutput(byte[] onnx, string name)
    {
        var addition = new ModelProto
        {
            Graph = new GraphProto
            {
                Output =
                {
                    new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = DataType.Float } } },
                },
            },
        };
        // In Protobuf, messages written one after the other are one message with the fields of both. So nothing has to be parsed.
        byte[] bytes = GC.AllocateUninitializedArray<byte>(onnx.Length + addition.CalculateSize());
        onnx.CopyTo(bytes, 0);
        addition.WriteTo(bytes.AsSpan(onnx.Length));
        return bytes;
    }

    private static NodeProto? Producer(GraphProto graph, string tensor) => graph.Node.FirstOrDefault(node => node.Output.Contains(tensor));
}
