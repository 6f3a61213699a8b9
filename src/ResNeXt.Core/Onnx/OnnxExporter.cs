using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>Exports a classifier as an ONNX model: normalization, network, softmax and class names in one graph, for batches of any size.</summary>
public static class OnnxExporter
{
    /// <summary>Throws if a network is too large for an ONNX model, before it is built or trained.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="InvalidOperationException">Its weights take more than the 2 GB that an ONNX model can have.</exception>
    public static void CheckSize(Architecture architecture, int classes)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        OnnxLimit.Check($"{architecture.Name} with {classes} classes", architecture.Tensors(classes).Sum(tensor => tensor.Length) * sizeof(float));
    }

    /// <summary>Writes the model to memory.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="signature">The names and the layout of the graph's inputs and outputs; null for the defaults.</param>
    /// <exception cref="ArgumentException">Names, classes, weights and architecture do not fit together, or the images are too small.</exception>
    /// <exception cref="InvalidOperationException">The model would be larger than the 2 GB that an ONNX model can have.</exception>
    public static byte[] Write(ClassifierModel model, OnnxSignature? signature = null) =>
        ToModel(Graph(model, signature ?? new OnnxSignature()), model);

    /// <summary>Writes the graph of a model in float32.</summary>
    /// <inheritdoc cref="Write(ClassifierModel, OnnxSignature)" path="/exception"/>
    internal static OnnxGraph Graph(ClassifierModel model, OnnxSignature signature) => Graph(model, signature, (graph, images) =>
        new NetworkGraph(graph, model.Architecture.LayerSpecs(model.ClassNames.Count), model.Weights).Write(images, OnnxSignature.Logits));

    /// <summary>Writes a model whose network is written by the caller.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="signature">The names and the layout of the graph's inputs and outputs.</param>
    /// <param name="network">Writes the network, from the tensor with the normalized images to <see cref="OnnxSignature.Logits"/>.</param>
    /// <exception cref="ArgumentException">Names, classes and architecture do not fit together, or the images are too small.</exception>
    internal static byte[] Write(ClassifierModel model, OnnxSignature signature, Action<OnnxGraph, string> network) =>
        ToModel(Graph(model, signature, network), model);

    private static OnnxGraph Graph(ClassifierModel model, OnnxSignature signature, Action<OnnxGraph, string> network)
    {
        Check(model, signature);
        var graph = new OnnxGraph(model.Architecture.Name);
        string images = graph.Images(signature.Input, signature.Layout, model.Shape, model.Normalization);
        network(graph, images);
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
