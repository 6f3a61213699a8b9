using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>Reads residual blocks: two branches from one value that meet in an addition, followed by a ReLU.</summary>
internal sealed class BlockReader(ForeignGraph graph)
{
    private const int MostConvolutions = 3;

    /// <summary>Reads the block that begins with a value.</summary>
    /// <param name="value">The name of the value; receives the name of the block's output.</param>
    /// <exception cref="InvalidDataException">The value is not the input of a residual block.</exception>
    public ImportedBlock Read(ref string value)
    {
        string input = value;
        IReadOnlyList<NodeProto> starts = graph.Consumers(input);
        if (starts.FirstOrDefault(node => node.OpType is not ("Conv" or "Add" or "Sum" or "Slice" or "Pad")) is { } other)
            throw OperatorMismatch.Of(other, "a residual block is expected there, which begins with a convolution");
        if (starts is not [var first, var second])
        {
            throw starts is [var node, ..]
                ? OperatorMismatch.Of(node, $"its input has {starts.Count} uses, where a residual block has two: the convolutions and the shortcut")
                : new InvalidDataException("is an ONNX model that ends where a residual block is expected; it is no ResNet or ResNeXt.");
        }
        Branch one = Follow(first), two = Follow(second);
        (Branch main, Branch shortcut) = one.Units.Count >= two.Units.Count ? (one, two) : (two, one);
        if (main.Addition != shortcut.Addition)
            throw OperatorMismatch.Of(shortcut.Addition, "it does not add the shortcut of the block to its convolutions");
        if (main.Units.Count < 2 || main.ZeroPadding is not null)
            throw OperatorMismatch.Of(main.Addition, "it adds a branch with fewer than two convolutions");
        if (shortcut.Units.Count > 1)
            throw OperatorMismatch.Of(shortcut.Units[1].Node, "a shortcut has at most one convolution");
        value = GraphSteps.Relu(graph, main.Addition.Output[0], main.Addition);
        return new([.. main.Units], shortcut.Units.FirstOrDefault(), shortcut.ZeroPadding);
    }

    private Branch Follow(NodeProto node)
    {
        var units = new List<ConvolutionUnit>();
        PaddedShortcut? padding = null;
        while (node.OpType is not ("Add" or "Sum"))
        {
            if (node.OpType == "Conv" && padding is null && units.Count < MostConvolutions)
            {
                units.Add(ConvolutionUnit.Read(graph, node, out string value));
                node = GraphSteps.Next(graph, value, node);
                if (node.OpType != "Relu")
                    continue;
                value = node.Output[0];
                NodeProto next = GraphSteps.Next(graph, value, node);
                // A ReLU before the addition, or on the shortcut, is not what the networks here compute.
                node = next.OpType == "Conv" ? next : throw OperatorMismatch.Of(node, "it is between the last convolution of a branch and the addition");
            }
            else if (units.Count == 0 && padding is null && node.OpType is "Slice" or "Pad")
            {
                padding = PaddedShortcut.Read(graph, node, out node);
            }
            else
            {
                throw OperatorMismatch.Of(node, units.Count == 0 ? "a residual block is expected there" : "it is inside a residual block");
            }
        }
        if (node.Input.Count != 2)
            throw OperatorMismatch.Of(node, "it adds more than two branches");
        return new(units, padding, node);
    }

    private sealed record Branch(List<ConvolutionUnit> Units, PaddedShortcut? ZeroPadding, NodeProto Addition);
}
