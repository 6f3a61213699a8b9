using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.AttributeProto.Types;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>A graph being written: every method adds a node and returns the name of its output.</summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The size of a dimension that is known only when the graph is run.</summary>
    public const int Open = 0;

    // Operators as of opset 17, which every ONNX Runtime since 1.12 reads.
    private const int OperatorSet = 17;
    private const int IrVersion = 8;
    private const string MLDomain = "ai.onnx.ml";

    private readonly GraphProto _graph = new() { Name = name };

    /// <summary>Adds a node.</summary>
    /// <param name="operation">Its operator, for example <c>Conv</c>.</param>
    /// <param name="output">The name of its one output.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="attributes">Its attributes.</param>
    public string Add(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        AddUnnamed(operation, output, inputs, attributes);
        _graph.Node[^1].Name = output;
        return output;
    }

    /// <summary>As <see cref="Add"/>, for nodes that are so many that their names would weigh in a small file.</summary>
    public string AddUnnamed(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>Names the values of a vector for ML.NET, whose OnnxTransformer reads a column's slot names from a node of this name.</summary>
    /// <param name="output">The output with the vectors.</param>
    /// <param name="names">A name for every value.</param>
    /// <param name="text">A tensor of some of the names, for the node to work on: as a node, it turns names back into indices.</param>
    public void SlotNames(string output, IReadOnlyList<string> names, string text) => _graph.Node.Add(new NodeProto
    {
        Name = SlotNamesNode(output),
        OpType = "LabelEncoder",
        Domain = MLDomain,
        Input = { text },
        Output = { "encoded_label" },
        Attribute =
        {
            Attribute("keys_strings", names),
            Attribute("values_int64s", [.. Enumerable.Range(0, names.Count).Select(index => (long)index)]),
        },
    });

    /// <summary>Adds an output with the name of each vector's largest value, and names the values for ML.NET.</summary>
    /// <param name="output">The output with the vectors, N x values.</param>
    /// <param name="names">A name for every value.</param>
    /// <param name="largest">What to call the tensor of names, N strings.</param>
    public void Labels(string output, IReadOnlyList<string> names, string largest)
    {
        string index = Add("ArgMax", "predicted_index", [output], Attribute("axis", 1), Attribute("keepdims", 0));
        Add("Gather", largest, [Strings("class_names", [.. names]), index], Attribute("axis", 0));
        SlotNames(output, names, largest);
    }

    /// <summary>The name by which ML.NET finds the node with the slot names of an output.</summary>
    public static string SlotNamesNode(string output) => $"mlnet.{output}.SlotNames";

    public string Floats(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values) => Numbers(name, DataType.Float, shape, values);

    /// <summary>Adds a constant of numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Their type in ONNX, which must be that of <typeparamref name="T"/>.</param>
    /// <param name="shape">Its dimensions; empty for a scalar.</param>
    /// <param name="values">The numbers in row-major order.</param>
    public string Numbers<T>(string name, DataType type, IReadOnlyList<int> shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        AddTensor(name, shape, type).RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return name;
    }

    public string Integers(string name, params long[] values)
    {
        AddTensor(name, [values.Length], DataType.Int64).RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        return name;
    }

    public string Strings(string name, IReadOnlyCollection<string> values)
    {
        AddTensor(name, [values.Count], DataType.String).StringData.AddRange(values.Select(ByteString.CopyFromUtf8));
        return name;
    }

    /// <summary>Declares the input of images and brings it to what the network sees: planar and normalized.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="layout">The order of its values.</param>
    /// <param name="shape">The shape of one image.</param>
    /// <param name="normalization">What to do to the pixels; null for nothing.</param>
    public string Images(string name, PixelLayout layout, ImageShape shape, PixelNormalization? normalization)
    {
        string images = layout == PixelLayout.Planar
            ? Input(name, shape.Channels, shape.Height, shape.Width)
            : Add("Transpose", "planar", [Input(name, shape.Height, shape.Width, shape.Channels)], Attribute("perm", 0, 3, 1, 2));
        if (normalization is null)
            return images;
        int[] perChannel = [1, shape.Channels, 1, 1];
        string centred = Add("Sub", "centred", [images, Floats("pixel_mean", perChannel, [.. normalization.Mean])]);
        return Add("Div", "normalized", [centred, Floats("pixel_std", perChannel, [.. normalization.Std])]);
    }

    /// <summary>Declares an output; its first dimension, the batch, stays free.</summary>
    public void Output(string name, DataType type, params int[] shape) => _graph.Output.Add(Value(name, type, shape));

    /// <summary>Declares an inner tensor as an output of its own shape, for whoever wants to look at it.</summary>
    public void Observe(string tensor) => _graph.Output.Add(
        new ValueInfoProto { Name = tensor, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = DataType.Float } } });

    /// <summary>What was written so far.</summary>
    public GraphProto Proto => _graph;

    /// <summary>The finished model.</summary>
    /// <param name="producer">Who says to have written it; readers tell models by it.</param>
    /// <param name="metadata">What it says of itself.</param>
    /// <exception cref="InvalidOperationException">It would be larger than an ONNX model can be.</exception>
    public byte[] ToModel(string producer, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        long tensors = _graph.Initializer.Sum(tensor => (long)tensor.CalculateSize()), nodes = _graph.Node.Sum(node => (long)node.CalculateSize());
        OnnxLimit.Check($"The graph {name}", tensors + nodes);
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = producer,
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3),
            Graph = _graph,
            OpsetImport =
            {
                new OperatorSetIdProto { Domain = "", Version = OperatorSet },
                new OperatorSetIdProto { Domain = MLDomain, Version = 2 },
            },
        };
        model.MetadataProps.AddRange(metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model.ToByteArray();
    }

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, params long[] values) => new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static AttributeProto Attribute(string name, IEnumerable<string> values) =>
        new() { Name = name, Type = AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };

    /// <summary>Declares an input of numbers; its first dimension, the batch, stays free, and so does one of the size <see cref="Open"/>.</summary>
    public string Input(string name, params int[] shape)
    {
        _graph.Input.Add(Value(name, DataType.Float, shape));
        return name;
    }

    private TensorProto AddTensor(string name, IReadOnlyList<int> shape, DataType type)
    {
        var tensor = new TensorProto { Name = name, DataType = type };
        tensor.Dims.AddRange(shape.Select(dimension => (long)dimension));
        _graph.Initializer.Add(tensor);
        return tensor;
    }

    private static ValueInfoProto Value(string name, DataType type, int[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        dimensions.Dim.AddRange(shape.Select(size => size == Open
            ? new TensorShapeProto.Types.Dimension { DimParam = "length" }
            : new TensorShapeProto.Types.Dimension { DimValue = size }));
        var tensor = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
