using Google.Protobuf;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Parsing;

/// <summary>
/// Parses ONNX models without copying their weights, which Protobuf's own parser does: the values of a tensor are a view of the file's bytes.
/// </summary>
internal static class ModelParser
{
    /// <summary>Parses a model.</summary>
    /// <param name="model">The bytes of the file, which nobody changes while the parsed model is used.</param>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not a model.</exception>
    public static ModelProto Parse(ReadOnlyMemory<byte> model)
    {
        var parsed = new ModelProto();
        Merge(parsed, model, ModelProto.GraphFieldNumber, graph => Merge(parsed.Graph ??= new GraphProto(), graph));
        return parsed;
    }

    private static void Merge(GraphProto parsed, ReadOnlyMemory<byte> graph) =>
        Merge(parsed, graph, GraphProto.InitializerFieldNumber, tensor => parsed.Initializer.Add(Tensor(tensor)));

    private static TensorProto Tensor(ReadOnlyMemory<byte> tensor)
    {
        var parsed = new TensorProto();
        Merge(parsed, tensor, TensorProto.RawDataFieldNumber, values => parsed.RawData = UnsafeByteOperations.UnsafeWrap(values));
        return parsed;
    }

    // In Protobuf, some fields of a message are a message too. So Protobuf parses those before and after a field that is handled here, and what this
    // reader does not understand.
    private static void Merge(IMessage parsed, ReadOnlyMemory<byte> message, int number, Action<ReadOnlyMemory<byte>> handle)
    {
        var fields = new FieldReader(message.Span);
        int merged = 0;
        while (fields.TryRead(out WireField field))
        {
            if (field.Number != number || !field.HasLength)
                continue;
            MergeOthers(field.Start);
            handle(message[field.Content..field.End]);
            merged = field.End;
        }
        MergeOthers(message.Length);

        void MergeOthers(int end)
        {
            if (end > merged)
                parsed.MergeFrom(message.Span[merged..end]);
        }
    }
}
