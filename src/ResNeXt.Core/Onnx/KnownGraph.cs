using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx;

/// <summary>Compares the graph of a file, node for node, with the graph that <see cref="OnnxExporter"/> writes for the same network.</summary>
internal static class KnownGraph
{
    /// <summary>Gets the names and the layout of a graph that <see cref="GraphCheck"/> has accepted.</summary>
    public static OnnxSignature Signature(GraphProto graph)
    {
        string input = graph.Input[0].Name;
        string[] outputs = [.. graph.Output.Select(output => output.Name).Where(name => name != OnnxSignature.Logits)];
        bool isInterleaved = graph.Node.FirstOrDefault(node => node.Input.Contains(input))?.OpType == "Transpose";
        return new()
        {
            Input = input,
            Layout = isInterleaved ? PixelLayout.Interleaved : PixelLayout.Planar,
            Score = outputs[0],
            PredictedLabel = outputs[1],
        };
    }

    /// <summary>Compares all nodes and all constants other than the network's tensors.</summary>
    /// <exception cref="InvalidDataException">The network cannot be written as a graph.</exception>
    public static bool Matches(GraphProto graph, ClassifierModel model)
    {
        GraphProto written = Write(model, Signature(graph));
        // The network's tensors have no values here. Their shapes are checked when they are read.
        Dictionary<string, TensorProto> constants = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        return written.Node.Equals(graph.Node) && written.Input.Equals(graph.Input) && written.Output.Equals(graph.Output)
            && written.Initializer.Count == constants.Count
            && written.Initializer.All(tensor => constants.TryGetValue(tensor.Name, out TensorProto? found)
                && (tensor.Equals(found) || (tensor.RawData.IsEmpty && tensor.StringData.Count == 0)));
    }

    private static GraphProto Write(ClassifierModel model, OnnxSignature signature)
    {
        try
        {
            return OnnxExporter.Graph(model with { Weights = Shapes(model) }, signature).Proto;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The ONNX model's parts do not fit together. {exception.Message}", exception);
        }
    }

    private static StateDict Shapes(ClassifierModel model) =>
        new(model.Architecture.Tensors(model.ClassNames.Count).Select(spec => KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, default))));
}
