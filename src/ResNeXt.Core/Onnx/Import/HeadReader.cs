using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>Reads the end of a graph: the global average pooling, and the fully connected layer if there is one.</summary>
internal sealed class HeadReader
{
    private static readonly string[] Pooling = ["GlobalAveragePool", "AveragePool", "ReduceMean"], Flattening = ["Flatten", "Reshape", "Squeeze"];

    private readonly ForeignGraph _graph;
    private readonly int _features;

    private HeadReader(ForeignGraph graph, string value, int features)
    {
        _graph = graph;
        _features = features;
        Value = value;
    }

    /// <summary>The name of the logits, or of the pooled features if there is no fully connected layer.</summary>
    public string Value { get; private set; }

    /// <summary>The side of the last stage's maps, if the pooling is made for one size; else null.</summary>
    public int? MapSide { get; private set; }

    /// <summary>The number of classes; null if there is no fully connected layer.</summary>
    public int? Classes => Weight?.Shape[0];

    /// <summary>The tensors of the fully connected layer; none if there is none.</summary>
    public IEnumerable<KeyValuePair<string, WeightTensor>> Tensors => Weight is null ? []
        : [new(NetworkDefinition.HeadWeight, Weight), new(NetworkDefinition.HeadBias, new([Weight.Shape[0]], Bias ?? new float[Weight.Shape[0]]))];

    private WeightTensor? Weight { get; set; }

    private float[]? Bias { get; set; }

    /// <summary>Whether the only node that takes a value is a pooling over whole maps.</summary>
    public static bool Begins(ForeignGraph graph, string value) => graph.Consumers(value) is [var node] && Pooling.Contains(node.OpType);

    /// <summary>Reads the end of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="value">The name of the last block's output.</param>
    /// <param name="features">The number of its channels.</param>
    /// <exception cref="InvalidDataException">The graph ends with other layers.</exception>
    public static HeadReader Read(ForeignGraph graph, string value, int features)
    {
        var reader = new HeadReader(graph, value, features);
        NodeProto node = graph.Consumers(value)[0];
        reader.ReadPooling(node);
        while (reader.Value != graph.Output)
        {
            node = GraphSteps.Next(graph, reader.Value, node);
            // The logits are compared, not the probabilities.
            if (node.OpType is "Softmax" or "LogSoftmax" && reader.Weight is not null && node.Output[0] == graph.Output)
                break;
            reader.ReadLayer(node);
        }
        return reader;
    }

    private void ReadPooling(NodeProto node)
    {
        if (node.OpType == "AveragePool")
            MapSide = Window.Read(node, isPadded: false).Kernel;
        if (node.OpType == "ReduceMean")
        {
            IReadOnlyList<long>? axes = node.Integers("axes") ?? (_graph.ConstantOf(node, 1) is { } tensor ? TensorData.Integers(tensor) : null);
            if (axes is null || !axes.Select(axis => axis < 0 ? axis + 4 : axis).Order().SequenceEqual([2L, 3L]))
                throw OperatorMismatch.Of(node, "it averages other axes than the height and the width");
        }
        Value = node.Output[0];
    }

    private void ReadLayer(NodeProto node)
    {
        if (Flattening.Contains(node.OpType) && _graph.InputOf(node, 0) == Value)
            Value = node.Output[0];
        else if (Weight is null && node.OpType is "Gemm" or "MatMul" or "Conv")
            ReadLinear(node);
        else if (Weight is not null && Bias is null && node.OpType == "Add" && (Floats(node, 1) ?? Floats(node, 0)) is { } bias)
            (Bias, Value) = (Fitting(node, bias, Weight.Shape[0]), node.Output[0]);
        else
            throw OperatorMismatch.Of(node, $"it follows the pooling, where only one fully connected layer and a softmax may follow{OperatorMismatch.AdviceOn(node)}");
    }

    private void ReadLinear(NodeProto node)
    {
        bool isTransposed = node.OpType == "Conv" || (node.OpType == "Gemm" && node.Integer("transB", 0) != 0);
        int[] matrix = [.. Floats(node, 1)?.Shape ?? []];
        if (node.OpType == "Conv" && matrix is [var outputs, var inputs, 1, 1] && node.Integer("group", 1) == 1)
            matrix = [outputs, inputs];
        if (_graph.InputOf(node, 0) != Value || matrix is not [> 0, > 0] || matrix[isTransposed ? 1 : 0] != _features
            || node.Integer("transA", 0) != 0 || node.Number("alpha", 1) != 1 || node.Number("beta", 1) != 1)
            throw OperatorMismatch.Of(node, $"it is no fully connected layer that takes {_features} features and has constant weights in float32");
        float[] values = Floats(node, 1)!.Values.ToArray();
        int classes = matrix[isTransposed ? 0 : 1];
        Weight = new([classes, _features], isTransposed ? values : Transposed(values, classes));
        if (_graph.InputOf(node, 2).Length > 0)
            Bias = Fitting(node, Floats(node, 2), classes);
        Value = node.Output[0];
    }

    private float[] Transposed(float[] values, int classes)
    {
        var transposed = new float[values.Length];
        for (int index = 0; index < values.Length; index++)
            transposed[index % classes * _features + index / classes] = values[index];
        return transposed;
    }

    private static float[] Fitting(NodeProto node, WeightTensor? bias, int classes) => bias is not null && bias.Values.Length == classes
        ? bias.Values.ToArray()
        : throw OperatorMismatch.Of(node, $"its addend is no constant of {classes} values in float32");

    private WeightTensor? Floats(NodeProto node, int index) => _graph.ConstantOf(node, index) is { } tensor ? TensorData.Floats(tensor) : null;
}
