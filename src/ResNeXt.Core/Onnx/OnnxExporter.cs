using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>
/// Exports a classifier as an ONNX model. One graph contains the normalization, the network, the softmax and the class names, for batches of any
/// size.
/// </summary>
public static class OnnxExporter
{
    /// <summary>Throws if a network is too large for an ONNX model. Call it before building or training the network.</summary>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="InvalidOperationException">The weights take more than 2 GB, the largest size of an ONNX model.</exception>
    public static void CheckSize(Architecture architecture, int classes)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        OnnxLimit.Check($"{architecture.Name} with {classes} classes", architecture.Tensors(classes).Sum(tensor => tensor.Length) * sizeof(float));
    }

    /// <summary>Writes the model to memory.</summary>
    /// <param name="model">The classifier to export.</param>
    /// <param name="signature">The names of the input and the outputs, and the layout of the input; null for the defaults.</param>
    /// <exception cref="ArgumentException">Names, classes, weights and architecture do not match, or the images are too small.</exception>
    /// <exception cref="InvalidOperationException">The model would be larger than 2 GB, the largest size of an ONNX model.</exception>
    public static byte[] Write(ClassifierModel model, OnnxSignature? signature = null) =>
        ToModel(Graph(model, signature ?? new OnnxSignature()), model);

    /// <summary>Writes the graph of a model in float32.</summary>
    /// <inheritdoc cref="Write(ClassifierModel, OnnxSignature)" path="/exception"/>
    internal static OnnxGraph Graph(ClassifierModel model, OnnxSignature signature) => Graph(model, signature, (graph, images, logits) =>
        new NetworkGraph(graph, model.Architecture.LayerSpecs(model.ClassNames.Count), model.Weights).Write(images, logits));

    /// <summary>Writes a model with a network that the caller writes.</summary>
    /// <param name="model">The classifier to export.</param>
    /// <param name="signature">The names of the input and the outputs, and the layout of the input.</param>
    /// <param name="network">The action that writes the network; it is given the names of the normalized images and of the logits.</param>
    /// <exception cref="ArgumentException">Names, classes and architecture do not match, or the images are too small.</exception>
    internal static byte[] Write(ClassifierModel model, OnnxSignature signature, Action<OnnxGraph, string, string> network) =>
        ToModel(Graph(model, signature, network), model);

    private static OnnxGraph Graph(ClassifierModel model, OnnxSignature signature, Action<OnnxGraph, string, string> network)
    {
        Check(model, signature);
        var graph = new OnnxGraph(model.Architecture.Name);
        string images = graph.Images(signature.Input, signature.Layout, model.Shape, model.Normalization);
        if (model.TestTimeFlip)
            MirrorImages.Average(graph, images, (both, logits) => network(graph, both, logits), OnnxSignature.Logits);
        else
            network(graph, images, OnnxSignature.Logits);
        graph.Add("Softmax", signature.Score, [OnnxSignature.Logits], Attribute("axis", 1));
        graph.Labels(signature.Score, model.ClassNames, signature.PredictedLabel);
        graph.Output(signature.Score, DataType.Float, model.ClassNames.Count);
        graph.Output(OnnxSignature.Logits, DataType.Float, model.ClassNames.Count);
        graph.Output(signature.PredictedLabel, DataType.String);
        return graph;
    }

    private static byte[] ToModel(OnnxGraph graph, ClassifierModel model) => graph.ToModel(ModelMetadata.Producer, ModelMetadata.Describe(model));

    private static void Check(ClassifierModel model, OnnxSignature signature)
    {
        if (!model.IsQuantized)
            CheckSize(model.Architecture, model.ClassNames.Count);
        model.Architecture.Check(model.Shape);
        string[] names = [signature.Input, signature.Score, signature.PredictedLabel, OnnxSignature.Logits];
        if (names.Any(string.IsNullOrWhiteSpace) || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            throw new ArgumentException(
                $"The input and output names are '{string.Join("', '", names)}'; they must all differ and none may be empty.", nameof(signature));
        }
    }
}
