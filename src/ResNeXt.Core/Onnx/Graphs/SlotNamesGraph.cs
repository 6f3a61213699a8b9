using ResNeXt.Core.Onnx.Models;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>Writes a graph that returns vectors unchanged and names their values. ML.NET uses these names as slot names.</summary>
internal static class SlotNamesGraph
{
    private const string Names = "names";

    // Differs from the producer of classifiers, so that readers do not mistake this model for a classifier.
    private const string Producer = $"{ModelMetadata.Producer}.Names";

    /// <summary>Writes the model to memory.</summary>
    /// <param name="names">The name of every value.</param>
    /// <param name="input">The name of the input with the vectors, N x values.</param>
    /// <param name="output">The name of the output with the same vectors.</param>
    /// <param name="largest">The name of the output with the name of the largest value, N strings.</param>
    /// <exception cref="ArgumentException"><paramref name="names"/> is empty, or the input and the outputs do not have different names.</exception>
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
        // ML.NET passes vectors of variable length to a graph only if the graph does not fix the length.
        graph.Add("Reshape", output, [graph.Input(input, Open), graph.Integers("shape", -1, names.Count)]);
        graph.Labels(output, names, largest);
        graph.Output(output, DataType.Float, names.Count);
        graph.Output(largest, DataType.String);
        return graph.ToModel(Producer, []);
    }
}
