using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>A convolution with the normalization after it, which can be folded into the convolution.</summary>
/// <param name="Node">The convolution.</param>
/// <param name="Window">The window of the convolution.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Filters">The weights: output channels, input channels of a group, height, width.</param>
/// <param name="Normalization">The normalization after it.</param>
internal sealed record ConvolutionUnit(NodeProto Node, Window Window, int Groups, WeightTensor Filters, ChannelNormalization Normalization)
{
    public int OutputChannels => Filters.Shape[0];

    public int InputChannels => Filters.Shape[1] * Groups;

    /// <summary>Reads a convolution and the normalization after it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">The convolution.</param>
    /// <param name="output">The name of the unit's output.</param>
    public static ConvolutionUnit Read(ForeignGraph graph, NodeProto node, out string output)
    {
        if (node.OpType != "Conv")
            throw OperatorMismatch.Of(node, "a convolution is expected there");
        if (Constant(graph, node, 1) is not { Shape: [> 0, > 0, var kernel, var width] } filters || kernel != width)
            throw OperatorMismatch.Of(node, "its weights are no constant in float32 for a square window");
        long groups = node.Integer("group", 1);
        if (groups < 1 || filters.Shape[0] % groups != 0)
            throw OperatorMismatch.Of(node, $"its {filters.Shape[0]} channels cannot be divided into {groups} groups");
        var window = Window.Read(node, kernel);
        float[] bias = graph.InputOf(node, 2).Length == 0 ? new float[filters.Shape[0]] : Channels(graph, node, 2, filters.Shape[0]);
        output = node.Output[0];
        ChannelNormalization normalization;
        if (graph.Consumers(output) is [{ OpType: "BatchNormalization" } next] && graph.InputOf(next, 0) == output)
        {
            normalization = ReadNormalization(graph, next, bias);
            output = next.Output[0];
        }
        else
        {
            normalization = ChannelNormalization.Folded(bias);
        }
        return new(node, window, (int)groups, filters, normalization);
    }

    /// <summary>Gets the unit's tensors under the names that a network here has for them.</summary>
    /// <param name="convolution">The name of the convolution.</param>
    /// <param name="normalization">The name of the normalization.</param>
    public IEnumerable<KeyValuePair<string, WeightTensor>> Tensors(string convolution, string normalization)
    {
        yield return new($"{convolution}.weight", Filters);
        yield return new($"{normalization}.weight", Vector(Normalization.Scale));
        yield return new($"{normalization}.bias", Vector(Normalization.Shift));
        yield return new($"{normalization}.running_mean", Vector(Normalization.Mean));
        yield return new($"{normalization}.running_var", Vector(Normalization.Variance));
    }

    private static ChannelNormalization ReadNormalization(ForeignGraph graph, NodeProto node, float[] bias)
    {
        if (node.Integer("training_mode", 0) != 0 || node.Integer("spatial", 1) != 1)
            throw OperatorMismatch.Of(node, "it is exported for training (call model.eval() before), or does not normalize whole channels");
        return ChannelNormalization.Of(Channels(graph, node, 1, bias.Length), Channels(graph, node, 2, bias.Length),
            Channels(graph, node, 3, bias.Length), Channels(graph, node, 4, bias.Length), node.Number("epsilon", ChannelNormalization.Epsilon), bias);
    }

    private static float[] Channels(ForeignGraph graph, NodeProto node, int index, int channels) =>
        Constant(graph, node, index) is { } tensor && tensor.Values.Length == channels
            ? tensor.Values.ToArray()
            : throw OperatorMismatch.Of(node, $"its input {index} is no constant of {channels} values in float32");

    private static WeightTensor? Constant(ForeignGraph graph, NodeProto node, int index) =>
        graph.ConstantOf(node, index) is { } tensor ? TensorData.Floats(tensor) : null;

    private static WeightTensor Vector(float[] values) => new([values.Length], values);
}
