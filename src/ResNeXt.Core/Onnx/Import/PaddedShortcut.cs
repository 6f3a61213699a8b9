using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>A shortcut without weights (option A): it takes every second pixel, and adds channels of zeros on both sides.</summary>
/// <param name="Node">The node that adds the channels.</param>
/// <param name="Stride">Pixels from one to the next.</param>
/// <param name="Before">Channels of zeros before the others.</param>
/// <param name="After">Channels of zeros after the others.</param>
internal sealed record PaddedShortcut(NodeProto Node, long Stride, long Before, long After)
{
    /// <summary>Reads the nodes: a Slice for both directions or one for each, and a Pad.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">The first node.</param>
    /// <param name="next">The node after them.</param>
    /// <exception cref="InvalidDataException">The nodes take or add something else.</exception>
    public static PaddedShortcut Read(ForeignGraph graph, NodeProto node, out NodeProto next)
    {
        long[] steps = [1, 1, 1, 1];
        while (node.OpType == "Slice")
        {
            AddSteps(graph, node, steps);
            node = GraphSteps.Next(graph, node.Output[0], node);
        }
        long[] pads = [.. node.Integers("pads") ?? Integers(graph, node, 1) ?? []];
        if (node.OpType != "Pad" || pads is not [0, >= 0 and var before, 0, 0, 0, >= 0 and var after, 0, 0] || !PadsWithZeros(graph, node)
            || steps is not [1, 1, var stride, var otherStride] || stride != otherStride)
            throw OperatorMismatch.Of(node, "a shortcut without convolution takes every second pixel and adds channels of zeros");
        next = GraphSteps.Next(graph, node.Output[0], node);
        return new(node, stride, before, after);
    }

    // All pixels from the first to the last, in steps. Exporters also slice images and channels, of which they take all.
    private static void AddSteps(ForeignGraph graph, NodeProto node, long[] steps)
    {
        long[]? starts = Integers(graph, node, 1), ends = Integers(graph, node, 2), axes = Integers(graph, node, 3), by = Integers(graph, node, 4);
        if (starts is null || ends is null || axes is null || by is null || by.Length != axes.Length || starts.Any(start => start != 0)
            || ends.Any(end => end < int.MaxValue) || axes.Any(axis => axis is < 0 or > 3) || axes.Zip(by).Any(item => item.First < 2 && item.Second != 1))
            throw OperatorMismatch.Of(node, "it takes a part of the maps, where a shortcut takes every second pixel");
        foreach ((long axis, long step) in axes.Zip(by))
            steps[axis] = step;
    }

    private static bool PadsWithZeros(ForeignGraph graph, NodeProto node) => node.Text("mode") is "" or "constant" && node.Number("value", 0) == 0
        && (graph.InputOf(node, 2).Length == 0
            || (graph.ConstantOf(node, 2) is { } value && TensorData.Floats(value) is { Values: { Length: 1 } zero } && zero.Span[0] == 0))
        && graph.InputOf(node, 3).Length == 0;

    private static long[]? Integers(ForeignGraph graph, NodeProto node, int index) =>
        graph.ConstantOf(node, index) is { } tensor ? TensorData.Integers(tensor) : null;
}
