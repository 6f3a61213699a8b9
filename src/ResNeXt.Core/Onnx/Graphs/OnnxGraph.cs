using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.AttributeProto.Types;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>Builds an ONNX graph. Methods add nodes and return the names of their outputs.</summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The size of a dimension that is not known before the graph is run.</summary>
    public const int Open = 0;

    // Opset 17, which ONNX Runtime supports since version 1.12.
    private const int OperatorSet = 17;
    private const int IrVersion = 8;
    private const string MLDomain = "ai.onnx.ml";

    private readonly GraphProto _graph = new() { Name = name };

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The operator, for example <c>Conv</c>.</param>
    /// <param name="output">The name of the output.</param>
    /// <param name="inputs">The names of the inputs.</param>
    /// <param name="attributes">The attributes.</param>
    public string Add(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        AddUnnamed(operation, output, inputs, attributes);
        _graph.Node[^1].Name = output;
        return output;
    }

    /// <summary>Adds a node without a name, which saves space in graphs with many nodes and small weights.</summary>
    public string AddUnnamed(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>Adds a node that splits a tensor into equal parts.</summary>
    /// <param name="outputs">The names of the parts.</param>
    /// <param name="input">The name of the tensor.</param>
    /// <param name="axis">The dimension to split.</param>
    public void AddSplit(string[] outputs, string input, int axis) => _graph.Node.Add(new NodeProto
    {
        Name = outputs[0], OpType = "Split", Input = { input }, Output = { outputs }, Attribute = { Attribute("axis", axis) },
    });

    /// <summary>Adds slot names for ML.NET, whose <c>OnnxTransformer</c> reads the slot names of a column from a node with a special name.</summary>
    /// <param name="output">The name of the output with the vectors.</param>
    /// <param name="names">The name of every value.</param>
    /// <param name="text">The name of a tensor with some of the slot names, which is the input of the node: it converts names to indices.</param>
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

    /// <summary>Adds an output with the name of the largest value of each vector, and slot names for ML.NET.</summary>
    /// <param name="output">The name of the output with the vectors, N x values.</param>
    /// <param name="names">The name of every value.</param>
    /// <param name="largest">The name of the added output, N strings.</param>
    public void Labels(string output, IReadOnlyList<string> names, string largest)
    {
        string index = Add("ArgMax", "predicted_index", [output], Attribute("axis", 1), Attribute("keepdims", 0));
        Add("Gather", largest, [Strings("class_names", [.. names]), index], Attribute("axis", 0));
        SlotNames(output, names, largest);
    }

    /// <summary>Gets the name by which ML.NET finds the node with the slot names of an output.</summary>
    public static string SlotNamesNode(string output) => $"mlnet.{output}.SlotNames";

    public string Floats(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values) => Numbers(name, DataType.Float, shape, values);

    /// <summary>Adds a numeric constant.</summary>
    /// <param name="name">The name of the constant.</param>
    /// <param name="type">The ONNX type, which must match <typeparamref name="T"/>.</param>
    /// <param name="shape">The dimensions; empty for a scalar.</param>
    /// <param name="values">The values in row-major order.</param>
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

    /// <summary>Declares the input for images, and adds nodes that make the images planar and normalized.</summary>
    /// <param name="name">The name of the input.</param>
    /// <param name="layout">The order of the input's values.</param>
    /// <param name="shape">The shape of one image.</param>
    /// <param name="normalization">The normalization of the pixels; null for none.</param>
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

    /// <summary>Declares an output. Its first dimension, the batch, has no fixed size.</summary>
    public void Output(string name, DataType type, params int[] shape) => _graph.Output.Add(Value(name, type, shape));

    /// <summary>Declares an inner tensor as an additional output, so that its values can be observed.</summary>
    public void Observe(string tensor) => _graph.Output.Add(
        new ValueInfoProto { Name = tensor, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = DataType.Float } } });

    /// <summary>The graph that has been written so far.</summary>
    public GraphProto Proto => _graph;

    /// <summary>Gets the bytes of the finished model.</summary>
    /// <param name="producer">The name of the producer, by which readers recognize the kind of model.</param>
    /// <param name="metadata">The metadata of the model.</param>
    /// <exception cref="InvalidOperationException">The model would be larger than an ONNX model can be.</exception>
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
        return ModelDigest.Seal(model);
    }

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, params long[] values) => new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static AttributeProto Attribute(string name, IEnumerable<string> values) =>
        new() { Name = name, Type = AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };

    /// <summary>Declares a numeric input. Its first dimension, the batch, and dimensions of the size <see cref="Open"/> have no fixed size.</summary>
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
