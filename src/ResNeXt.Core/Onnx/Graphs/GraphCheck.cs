using System.Runtime.InteropServices;
using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>
/// Checks the graph of a model from a file before it is run. The graph may have only operators that this library writes, so it cannot have loops,
/// branches or references to other files. Every tensor must be defined before it is used, and the values of every constant must be finite and match
/// its shape.
/// </summary>
internal sealed class GraphCheck
{
    private const string MLDomain = "ai.onnx.ml", MLOperator = "LabelEncoder";
    private const int OutputCount = 3;
    private const int LargestWindow = 64;

    // Of ONNX's own domain.
    private static readonly HashSet<string> Operators =
    [
        "Add", "ArgMax", "BatchNormalization", "Concat", "Conv", "DequantizeLinear", "Div", "Flatten", "Gather", "Gemm", "GlobalAveragePool",
        "Identity", "MatMul", "MaxPool", "Mean", "Pad", "QuantizeLinear", "Relu", "Reshape", "Slice", "Softmax", "SpaceToDepth", "Split", "Sub",
        "Sum", "Transpose",
    ];

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private GraphCheck()
    {
    }

    /// <summary>Checks a graph.</summary>
    /// <param name="model">The model that contains the graph.</param>
    /// <param name="shape">The shape of the images that the model takes.</param>
    /// <exception cref="InvalidDataException">The graph is damaged, or has something that this library does not write.</exception>
    public static void Check(ModelProto model, ImageShape shape)
    {
        if (model.Functions.Count > 0 || model.Graph.SparseInitializer.Count > 0)
            throw Damaged("has functions or sparse tensors");
        var check = new GraphCheck();
        check.Input(model.Graph, shape);
        foreach (TensorProto tensor in model.Graph.Initializer)
            check.Constant(tensor);
        foreach (NodeProto node in model.Graph.Node)
            check.Node(node);
        check.Outputs(model.Graph);
    }

    private void Input(GraphProto graph, ImageShape shape)
    {
        if (graph.Input is not [{ Type.TensorType: { ElemType: DataType.Float, Shape: { } dimensions } } input])
            throw Damaged("does not have exactly one input, of float32");
        long[] sizes = [.. dimensions.Dim.Skip(1).Select(dimension => dimension.DimValue)];
        if (!sizes.SequenceEqual([shape.Channels, shape.Height, shape.Width]) && !sizes.SequenceEqual([shape.Height, shape.Width, shape.Channels]))
            throw Damaged($"takes images of [{string.Join(", ", sizes)}] where its metadata say {shape.Channels} x {shape.Height} x {shape.Width}");
        Know(input.Name);
    }

    private void Constant(TensorProto tensor)
    {
        Know(tensor.Name);
        if (tensor.ExternalData.Count > 0 || tensor.DataLocation != 0)
            throw Damaged($"keeps the tensor {Quoted.Name(tensor.Name)} in another file");
        if (!TensorShape.TryLength(tensor.Dims, out int length) || Length(tensor) != length)
        {
            throw Damaged(
                $"does not have the values for the tensor {Quoted.Name(tensor.Name)} of the shape {TensorShape.Text(tensor.Dims)}");
        }
        if (tensor.DataType == DataType.Float
            && WeightValues.FindMistake(tensor.Name, MemoryMarshal.Cast<byte, float>(tensor.RawData.Span)) is { } mistake)
            throw new InvalidDataException($"The ONNX model {mistake}");
    }

    // Gets the number of values; -1 if the number of bytes is not a multiple of the element size.
    private static long Length(TensorProto tensor)
    {
        if (tensor.DataType == DataType.String)
            return tensor.StringData.Count;
        int size = tensor.DataType switch
        {
            DataType.Float or DataType.Int32 => 4,
            DataType.Int64 => 8,
            DataType.Int8 or DataType.Uint8 => 1,
            _ => throw Damaged($"has the tensor {Quoted.Name(tensor.Name)} of the type {tensor.DataType}"),
        };
        return tensor.RawData.Length % size == 0 ? tensor.RawData.Length / size : -1;
    }

    private void Node(NodeProto node)
    {
        if (!(node.Domain.Length == 0 ? Operators.Contains(node.OpType) : (node.Domain, node.OpType) == (MLDomain, MLOperator)))
            throw Damaged($"has the operator {Quoted.Name(node.OpType)}, which this project does not write");
        if (node.Attribute.Any(attribute => attribute.G.Length > 0 || attribute.Graphs.Count > 0 || attribute.T is not null))
            throw Damaged($"has a graph or a tensor inside the operator {Quoted.Name(node.OpType)}");
        if (node.Input.Count == 0 || node.Output.Count == 0)
            throw Damaged($"has the operator {Quoted.Name(node.OpType)} without inputs or outputs");
        if (node.Input.FirstOrDefault(input => !_known.Contains(input)) is { } unknown)
            throw Damaged($"uses the tensor {Quoted.Name(unknown)}, which nothing computes before");
        if (node.OpType is "Conv" or "MaxPool")
            CheckWindow(node);
        foreach (string output in node.Output)
            Know(output);
    }

    // With padding of a pixel less than the window, as this project writes it, the output always has pixels. Where it has none, ONNX Runtime ends the
    // process.
    private static void CheckWindow(NodeProto node)
    {
        long[] Of(string name) => [.. node.Attribute.Where(attribute => attribute.Name == name).SelectMany(attribute => attribute.Ints)];

        (long[] sides, long[] strides, long[] pads) = (Of("kernel_shape"), Of("strides"), Of("pads"));
        bool isWritten = sides.Length == 2 && strides.Length == 2 && pads.Length == 4
            && node.Attribute.All(attribute => attribute.Name is "kernel_shape" or "strides" or "pads" or "group")
            && strides.All(stride => stride is > 0 and <= LargestWindow)
            && Enumerable.Range(0, 2).All(axis => sides[axis] is > 0 and <= LargestWindow
                && pads[axis] >= 0 && pads[axis + 2] >= 0 && pads[axis] + pads[axis + 2] == sides[axis] - 1);
        if (!isWritten)
        {
            throw Damaged(
                $"has the operator {Quoted.Name(node.OpType)} with a window of {TensorShape.Text(sides)}, strides of {TensorShape.Text(strides)} and "
                + $"padding of {TensorShape.Text(pads)}, which this project does not write");
        }
    }

    private void Outputs(GraphProto graph)
    {
        string[] names = [.. graph.Output.Select(output => output.Name)];
        if (names.Length != OutputCount || names.Distinct(StringComparer.Ordinal).Count() != OutputCount || !names.Contains(OnnxSignature.Logits)
            || !names.All(_known.Contains))
            throw Damaged($"does not have {OutputCount} outputs with '{OnnxSignature.Logits}' among them");
    }

    private void Know(string name)
    {
        if (name.Length == 0 || !_known.Add(name))
            throw Damaged($"has the tensor {Quoted.Name(name)} without a name or twice");
    }

    private static InvalidDataException Damaged(string what) => new($"The ONNX model {what}; it is damaged. Download or save it again.");
}
