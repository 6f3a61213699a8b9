using ResNeXt.Core.Onnx.Models;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>Writes a graph that passes vectors on unchanged and names their values; ML.NET turns these names into slot names.</summary>
internal static class SlotNamesGraph
{
    private const string Names = "names";

    // Not the producer of classifiers: who looks for one in a file must not take this for it.
    private const string Producer = $"{ModelMetadata.Producer}.Names";

    /// <summary>Writes the model to memory.</summary>
    /// <param name="names">A name for every value.</param>
    /// <param name="input">The input with the vectors, N x values.</param>
    /// <param name="output">The output with the same vectors.</param>
    /// <param name="largest">The output with the name of the largest value, N strings.</param>
    /// <exception cref="ArgumentException">There are no names, or the input and the outputs are not called differently.</exception>
    public static byte[] Write(IReadOnlyList<string> names, string input, string output, string largest)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] tensors = [input, output, largest];
        if (names.Count == 0 || tensors.Any(string.IsNullOrWhiteSpace) || tensors.Distinct(StringComparer.Ordinal).Count() < tensors.Length)
        {
            throw new ArgumentException(
                $"There are {names.Count} names, and the tensors are called '{string.Join("', '", tensors)}'; "
                + "there must be names, and the tensors must be called differently.",
                nameof(names));
        }
        var graph = new OnnxGraph(Names);
        // ML.NET gives a graph a vector of any length where, and only where, the graph leaves the length open.
        graph.Add("Reshape", output, [graph.Input(input, Open), graph.Integers("shape", -1, names.Count)]);
        graph.Labels(output, names, largest);
        graph.Output(output, DataType.Float, names.Count);
        graph.Output(largest, DataType.String);
        return graph.ToModel(Producer, []);
    }
}
