using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import.Pixels;

/// <summary>Follows a graph from its input as far as the nodes only transpose, reorder, scale and shift the channels of pixels.</summary>
internal sealed class PixelTransformReader
{
    private static readonly long[] ToPlanar = [0, 3, 1, 2], ChannelsFirst = [1, 0, 2, 3];

    private readonly ForeignGraph _graph;
    private readonly bool _acceptsImages;

    private PixelTransformReader(ForeignGraph graph, int channels, bool acceptsImages)
    {
        _graph = graph;
        _acceptsImages = acceptsImages;
        Value = graph.Input.Name;
        Transform = PixelTransform.None(channels);
    }

    /// <summary>The name of the value after these nodes.</summary>
    public string Value { get; private set; }

    /// <summary>What the nodes do with the channels.</summary>
    public PixelTransform Transform { get; private set; }

    /// <summary>The layout of the input.</summary>
    public PixelLayout Layout { get; private set; } = PixelLayout.Planar;

    /// <summary>Follows a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="channels">The number of channels of the input.</param>
    /// <param name="acceptsImages">
    /// Whether a constant can be a whole image, such as a mean image, whose channels are averaged. The result then differs from the graph's.
    /// </param>
    public static PixelTransformReader Read(ForeignGraph graph, int channels, bool acceptsImages = false)
    {
        var reader = new PixelTransformReader(graph, channels, acceptsImages);
        while (graph.Consumers(reader.Value) is [var node] && reader.TryFollow(node))
        {
        }
        return reader;
    }

    private bool TryFollow(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Transpose" when IsOrder(node, ToPlanar) && Layout == PixelLayout.Planar:
                Layout = PixelLayout.Interleaved;
                break;
            case "Transpose" when IsOrder(node, ChannelsFirst):
                return TryFollowIndexing(node);
            case "Sub" or "Add" or "Mul" or "Div" when _graph.InputOf(node, 0) == Value || node.OpType is "Add" or "Mul":
                if (Constant(node) is not { } values)
                    return false;
                Transform = node.OpType switch
                {
                    "Sub" => Transform.Then(Repeat(1), [.. values.Select(value => -value)]),
                    "Add" => Transform.Then(Repeat(1), values),
                    "Mul" => Transform.Then(values, Repeat(0)),
                    _ => Transform.Then([.. values.Select(value => 1 / value)], Repeat(0)),
                };
                break;
            case "Gather" when node.Integer("axis", 0) == 1 && _graph.ConstantOf(node, 1) is { } indices && Order(TensorData.Integers(indices)) is { } order:
                Transform = Transform.Then(order);
                break;
            case "Split" when node.Integer("axis", 0) == 1 && node.Output.Count == Transform.Channels:
                return TryFollowSplit(node);
            default:
                return false;
        }
        Value = node.Output[0];
        return true;
    }

    // The channels are split and put together in another order.
    private bool TryFollowSplit(NodeProto split)
    {
        if (_graph.Consumers(split.Output[0]) is not [{ OpType: "Concat" } concat] || concat.Integer("axis", 0) != 1
            || split.Output.Any(output => _graph.Consumers(output) is not [var consumer] || consumer != concat)
            || Order([.. concat.Input.Select((_, index) => (long)split.Output.IndexOf(_graph.InputOf(concat, index)))]) is not { } order)
            return false;
        Transform = Transform.Then(order);
        Value = concat.Output[0];
        return true;
    }

    // images[:, [2, 1, 0]] in PyTorch: the channels come first, are gathered, and go back.
    private bool TryFollowIndexing(NodeProto first)
    {
        if (_graph.Consumers(first.Output[0]) is not [{ OpType: "GatherND" } gather] || gather.Integer("batch_dims", 0) != 0
            || _graph.ConstantOf(gather, 1) is not { Dims: [_, 1] } indices || Order(TensorData.Integers(indices)) is not { } order
            || _graph.Consumers(gather.Output[0]) is not [{ OpType: "Transpose" } last] || !IsOrder(last, ChannelsFirst))
            return false;
        Transform = Transform.Then(order);
        Value = last.Output[0];
        return true;
    }

    private static bool IsOrder(NodeProto transpose, long[] axes) => transpose.Integers("perm") is { } order && order.SequenceEqual(axes);

    private int[]? Order(IReadOnlyList<long>? indices) =>
        indices is not null && indices.Order().SequenceEqual(Enumerable.Range(0, Transform.Channels).Select(index => (long)index))
            ? [.. indices.Select(index => (int)index)] : null;

    // Gets the number for every channel; null if the constant is something else.
    private double[]? Constant(NodeProto node)
    {
        TensorProto? tensor = _graph.ConstantOf(node, 1) ?? _graph.ConstantOf(node, 0);
        if (tensor is null || TensorData.Floats(tensor) is not { } constant || !WeightValues.AreFinite(constant.Values.Span))
            return null;
        IReadOnlyList<int> shape = constant.Shape;
        int channels = Transform.Channels;
        ReadOnlySpan<float> values = constant.Values.Span;
        if (values.Length == 1)
            return Repeat(values[0]);
        bool isPlanar = shape.Count >= 3 && shape[^3] == channels, isLast = shape.Count > 0 && shape[^1] == channels && Layout == PixelLayout.Planar;
        if ((isPlanar || isLast) && values.Length == channels)
            return [.. values.ToArray().Select(value => (double)value)];
        return _acceptsImages && isPlanar && values.Length > 0 && values.Length == channels * shape[^2] * shape[^1]
            ? [.. values.ToArray().Chunk(values.Length / channels).Select(plane => plane.Average(value => (double)value))]
            : null;
    }

    private double[] Repeat(double value) => [.. Enumerable.Repeat(value, Transform.Channels)];
}
