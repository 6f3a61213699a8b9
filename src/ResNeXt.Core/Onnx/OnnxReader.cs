using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Parsing;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>Reads ONNX models that <see cref="OnnxExporter"/> wrote.</summary>
public static class OnnxReader
{
    // Fields of a later version would take many times their size in memory.
    private static readonly MessageParser<StringStringEntryProto> MetadataParser = StringStringEntryProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>The number of bytes that <see cref="Recognizes"/> needs.</summary>
    internal const int SignatureLength = 4 + 13;

    /// <summary>
    /// Gets whether a file begins like the ONNX models of this library, with the IR version and the producer's name. The rest of the file may be
    /// damaged.
    /// </summary>
    /// <param name="beginning">The first bytes of the file, or all of them.</param>
    public static bool Recognizes(ReadOnlySpan<byte> beginning) =>
        beginning.Length >= SignatureLength && beginning[0] == 0x08 && beginning[2] == 0x12 && beginning[3] == ModelMetadata.Producer.Length
        && beginning[4..SignatureLength].SequenceEqual("ResNeXt.MLNet"u8);

    /// <summary>The message for a model without weights where weights are needed.</summary>
    internal const string NoWeights = "is quantized to int8 and holds no float32 weights; give the float32 model that it was made from";

    /// <summary>Reads a model with its weights.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <exception cref="InvalidDataException">The file is not an ONNX model that this library wrote, is damaged, or is quantized.</exception>
    public static ClassifierModel Read(byte[] model)
    {
        ClassifierModel read = ReadAny(model);
        return read.IsQuantized ? throw new InvalidDataException($"The ONNX model {NoWeights}.") : read;
    }

    /// <summary>Reads a model. A quantized model has no weights.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <exception cref="InvalidDataException">The file is not an ONNX model that this library wrote, or is damaged.</exception>
    public static ClassifierModel ReadAny(byte[] model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (ModelProto proto, Dictionary<string, string> entries, _) = Verified(model);
        ClassifierModel shell = ModelMetadata.Read(entries, new StateDict([]));
        GraphCheck.Check(proto, shell.Shape);
        return shell.IsQuantized
            ? shell with { HasOtherGraph = true }
            : shell with { Weights = Weights(shell, proto.Graph, entries), HasOtherGraph = !KnownGraph.Matches(proto.Graph, shell) };
    }

    /// <summary>
    /// Reads what scoring needs of a model, in a fraction of the time of <see cref="ReadAny"/>. The graph is checked as there, but only a graph
    /// without a checksum, which was perhaps never run, is compared with its architecture.
    /// </summary>
    /// <param name="model">The bytes of the file.</param>
    /// <exception cref="InvalidDataException">The file is not an ONNX model that this library wrote, or is damaged.</exception>
    internal static ScoringModel ReadForScoring(byte[] model)
    {
        (ModelProto proto, Dictionary<string, string> entries, bool hasChecksum) = Verified(model);
        if (!hasChecksum && ReadAny(model) is { HasOtherGraph: true } other)
            OnnxVerification.CheckRuns(model, other);
        ScoringModel read = ModelMetadata.ReadForScoring(entries);
        GraphCheck.Check(proto, read.Shape);
        return read with { Features = PooledFeatures.FindName(proto.Graph) };
    }

    /// <summary>Reads the metadata of a model that nothing has checked yet.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <exception cref="InvalidDataException">An entry is missing or malformed.</exception>
    /// <exception cref="InvalidProtocolBufferException">The file is not an ONNX model.</exception>
    internal static ScoringModel ReadMetadata(byte[] model) => ModelMetadata.ReadForScoring(Entries(model));

    // Parses a model, and compares its checksum, if it has one.
    private static (ModelProto Proto, Dictionary<string, string> Entries, bool HasChecksum) Verified(byte[] model)
    {
        ModelProto proto = Parse(model);
        if (proto.ProducerName != ModelMetadata.Producer || proto.Graph is null)
        {
            throw new InvalidDataException($"The ONNX model was written by '{proto.ProducerName}'; "
                + $"only models written by {ModelMetadata.Producer} have the names and metadata that are needed.");
        }
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in proto.MetadataProps)
            entries[entry.Key] = entry.Value;
        if (FormatVersion.FindError(entries) is { } error)
            throw new InvalidDataException($"The ONNX model {error}");
        bool hasChecksum = entries.Remove(WeightDigest.Key);
        if (hasChecksum)
            ModelDigest.Verify(model);
        return (proto, entries, hasChecksum);
    }

    /// <summary>Gets the names of a model's input and outputs, and the layout of its input.</summary>
    /// <param name="model">The bytes of a file that <see cref="ReadAny"/> has accepted.</param>
    internal static OnnxSignature Signature(byte[] model) => KnownGraph.Signature(Parse(model).Graph);

    /// <summary>Throws if a model has the format of a later version of this library. Looks at its metadata only.</summary>
    /// <param name="model">The bytes of the model.</param>
    /// <param name="source">The file that contains it.</param>
    /// <exception cref="InvalidDataException">The format is a later one, or the model is damaged.</exception>
    internal static void CheckFormat(byte[] model, WeightSource source)
    {
        try
        {
            if (FormatVersion.FindError(Entries(model)) is { } error)
                throw source.Refuse(error);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidOperationException)
        {
            throw source.Refuse($"is damaged: its ONNX model cannot be read ({exception.Message.TrimEnd('.')}). Download or save it again.");
        }
    }

    private static Dictionary<string, string> Entries(byte[] model)
    {
        CheckParts(model);
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        using var input = new CodedInputStream(model);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) != ModelProto.MetadataPropsFieldNumber)
            {
                input.SkipLastField();
                continue;
            }
            StringStringEntryProto entry = MetadataParser.ParseFrom(input.ReadBytes());
            entries[entry.Key] = entry.Value;
        }
        return entries;
    }

    private static void CheckParts(byte[] model)
    {
        if (!FieldCount.IsAcceptable(model))
            throw new InvalidDataException($"The ONNX model has more than {FieldCount.Maximum} parts, or parts of an unknown kind; it is damaged.");
    }

    /// <summary>Parses the bytes of a model, after limiting the number of its parts.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a model, or have too many parts.</exception>
    internal static ModelProto Parse(byte[] model)
    {
        CheckParts(model);
        try
        {
            return ModelParser.Parse(model);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw Unreadable(exception);
        }
    }

    private static InvalidDataException Unreadable(InvalidProtocolBufferException exception) =>
        new($"The ONNX model cannot be read: {exception.Message}", exception);

    private static StateDict Weights(ClassifierModel shell, GraphProto graph, Dictionary<string, string> entries)
    {
        var initializers = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (TensorProto tensor in graph.Initializer)
            initializers[tensor.Name] = tensor;
        return new StateDict(
            shell.Architecture.Tensors(shell.ClassNames.Count).Select(spec => KeyValuePair.Create(spec.Name, Read(spec, initializers))), entries);
    }

    private static WeightTensor Read(TensorSpec spec, Dictionary<string, TensorProto> initializers)
    {
        if (!initializers.TryGetValue(spec.Name, out TensorProto? tensor))
            throw new InvalidDataException($"The ONNX model has no tensor '{spec.Name}'; it is damaged.");
        if (tensor.DataType != DataType.Float || !tensor.Dims.SequenceEqual(spec.Shape.Select(size => (long)size))
            || tensor.RawData.Length != spec.Length * sizeof(float))
        {
            throw new InvalidDataException(
                $"The ONNX model's tensor '{spec.Name}' is not float32 of the shape [{string.Join(", ", spec.Shape)}]; the file is damaged.");
        }
        return new WeightTensor(spec.Shape, MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray());
    }
}
