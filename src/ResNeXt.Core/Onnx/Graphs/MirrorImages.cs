using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>The nodes around a network that computes images and their mirror images as one batch, and averages its outputs for both.</summary>
internal static class MirrorImages
{
    private const string Operator = "Mean";

    /// <summary>Writes the nodes before the network, the network, and the nodes after it, which average.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="images">The name of the images, N x C x H x W.</param>
    /// <param name="network">The action that writes the network; it is given the names of 2N images and of their outputs.</param>
    /// <param name="output">The name of the average: the logits or the features of N images.</param>
    public static void Average(OnnxGraph graph, string images, Action<string, string> network, string output)
    {
        // A step of -1 from the last column; the end lies before the first.
        string mirrored = graph.Add("Slice", "mirrored",
            [images, graph.Integers("mirrored.starts", -1), graph.Integers("mirrored.ends", int.MinValue), graph.Integers("mirrored.axes", 3),
             graph.Integers("mirrored.steps", -1)]);
        string both = graph.Add("Concat", "images_and_mirrored", [images, mirrored], Attribute("axis", 0));
        network(both, $"{output}_of_both");
        graph.AddSplit([$"{output}_of_images", $"{output}_of_mirrored"], $"{output}_of_both", axis: 0);
        graph.Add(Operator, output, [$"{output}_of_images", $"{output}_of_mirrored"]);
    }

    /// <summary>Gets the name of the logits that the network itself computes.</summary>
    /// <param name="graph">A graph that <see cref="GraphCheck"/> has accepted.</param>
    public static string NetworkLogits(GraphProto graph)
    {
        NodeProto? mean = graph.Node.FirstOrDefault(node => node.OpType == Operator && node.Output.Contains(OnnxSignature.Logits));
        NodeProto? split = mean is null ? null : graph.Node.FirstOrDefault(node => node.OpType == "Split" && node.Output.Contains(mean.Input[0]));
        return split?.Input[0] ?? OnnxSignature.Logits;
    }
}
