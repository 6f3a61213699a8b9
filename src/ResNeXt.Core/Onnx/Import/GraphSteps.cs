using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>Steps from one node of a graph to the next.</summary>
internal static class GraphSteps
{
    /// <summary>Gets the only node that takes a value.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="value">The name of the value.</param>
    /// <param name="source">The node that computes the value.</param>
    /// <exception cref="InvalidDataException">No node takes the value, or several do.</exception>
    public static NodeProto Next(ForeignGraph graph, string value, NodeProto source) => graph.Consumers(value) switch
    {
        [var next] => next,
        [] => throw OperatorMismatch.Of(source, "nothing follows it, where the network goes on"),
        // The operator that is not part of a residual network is the one to name.
        var several => throw OperatorMismatch.Of(several.FirstOrDefault(node => node.OpType is not ("Add" or "Relu" or "Conv")) ?? several[0],
            "it takes a value inside a residual block, which only the next layer takes"),
    };

    /// <summary>Passes the ReLU that takes a value, and gets the name of its output.</summary>
    /// <inheritdoc cref="Next" path="/param"/>
    /// <exception cref="InvalidDataException">Something else takes the value.</exception>
    public static string Relu(ForeignGraph graph, string value, NodeProto source)
    {
        NodeProto next = Next(graph, value, source);
        return next.OpType == "Relu" ? next.Output[0] : throw OperatorMismatch.Of(next, "a ReLU is expected there");
    }
}
