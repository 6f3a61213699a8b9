using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.AttributeProto.Types;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>A graph being written: every method adds a node and returns the name of its output.</summary>
internal sealed class OnnxGraph(string name)
{
    private readonly GraphProto _graph = new() { Name = name };

    /// <summary>The graph so far.</summary>
    public GraphProto Graph => _graph;

    /// <summary>Adds a node.</summary>
    /// <param name="operation">Its operator, for example <c>Conv</c>.</param>
    /// <param name="output">The name of its one output.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="attributes">Its attributes.</param>
    public string Add(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { Name = output, OpType = operation, Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>Adds a node of another operator set, with a name of its own.</summary>
    public void Add(NodeProto node) => _graph.Node.Add(node);

    public string Floats(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        AddTensor(name, shape, DataType.Float).RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
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

    /// <summary>Declares an input of floats; its first dimension, the batch, stays free.</summary>
    public string Input(string name, params int[] imageShape)
    {
        _graph.Input.Add(Value(name, DataType.Float, imageShape));
        return name;
    }

    /// <summary>Declares an output; its first dimension, the batch, stays free.</summary>
    public void Output(string name, DataType type, params int[] shape) => _graph.Output.Add(Value(name, type, shape));

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, params long[] values) => new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static AttributeProto Attribute(string name, IEnumerable<string> values) =>
        new() { Name = name, Type = AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };

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
        dimensions.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions } } };
    }
}
