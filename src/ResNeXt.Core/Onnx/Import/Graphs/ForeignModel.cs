using Google.Protobuf;
using ResNeXt.Core.Onnx.Parsing;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>Parses and writes ONNX models of other programs.</summary>
internal static class ForeignModel
{
    /// <summary>The oldest version of the format in which constants need not be inputs as well.</summary>
    public const int OldestFormat = 4;

    private const int OldestOperatorSet = 7;

    // Later versions changed nothing that is written here.
    private const int NewestFormat = 10;

    // Parts of the schema that are not listed in onnx.proto are left out. They do not change what is computed.
    private static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>Parses a model.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, too complex, or has parts that this library does not read.</exception>
    public static ModelProto Parse(byte[] bytes)
    {
        if (!FieldCount.IsAcceptable(bytes))
            throw new InvalidDataException($"is an ONNX model with more than {FieldCount.Maximum} parts, or parts of an unknown kind; it is damaged.");
        ModelProto model;
        try
        {
            model = Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"is an ONNX model that cannot be read: {exception.Message} Download or save it again.", exception);
        }
        if (model.Graph is null)
            throw new InvalidDataException("is an ONNX model without a graph; it is cut off or damaged. Download or save it again.");
        if (model.Functions.Count > 0 || model.Graph.SparseInitializer.Count > 0)
            throw new InvalidDataException("is an ONNX model with functions or sparse tensors, which are not read. Export it without them.");
        long version = model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 0;
        return version >= OldestOperatorSet
            ? model
            : throw new InvalidDataException($"is an ONNX model of the operator set {version}; the oldest that is read is {OldestOperatorSet}. "
                + "Export it again with a newer one.");
    }

    /// <summary>Writes the part of a model that computes one value, so that ONNX Runtime runs nothing that was not looked at.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">The graph of that model.</param>
    /// <param name="output">The name of the value.</param>
    public static byte[] Part(ModelProto model, ForeignGraph graph, string output)
    {
        var part = new ModelProto
        {
            IrVersion = Math.Clamp(model.IrVersion, OldestFormat, NewestFormat),
            ProducerName = model.ProducerName,
            OpsetImport = { model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx") },
            Graph = new GraphProto { Name = "part", Input = { graph.Input }, Output = { new ValueInfoProto { Name = output } } },
        };
        part.Graph.Node.AddRange(graph.NodesFor(output));
        part.Graph.Initializer.AddRange(graph.ConstantsFor(output));
        return part.ToByteArray();
    }
}
