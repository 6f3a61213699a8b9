using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>Exports the layers of a network that compute features as an ONNX model.</summary>
internal static class FeatureExporter
{
    // Differs from the producer of classifiers, so that readers do not mistake this model for a classifier.
    private const string Producer = $"{ModelMetadata.Producer}.Features";

    /// <summary>Writes the model to memory.</summary>
    /// <param name="model">The model to write.</param>
    /// <param name="signature">The names of the input and the output, and the layout of the input; null for the defaults.</param>
    /// <exception cref="ArgumentException">Names, layer, weights and architecture do not match, or the images are too small.</exception>
    public static byte[] Write(FeatureModel model, FeatureSignature? signature = null)
    {
        signature ??= new FeatureSignature();
        model.Architecture.Check(model.Shape);
        if (string.IsNullOrWhiteSpace(signature.Input) || string.IsNullOrWhiteSpace(signature.Output) || signature.Input == signature.Output)
        {
            throw new ArgumentException(
                $"The input and output names are '{signature.Input}' and '{signature.Output}'; they must differ and none may be empty.",
                nameof(signature));
        }
        ImmutableArray<LayerSpec> layers = model.Layers();
        IReadOnlyList<string> names = model.Names;
        var graph = new OnnxGraph(model.Architecture.Name);
        string images = graph.Images(signature.Input, signature.Layout, model.Shape, model.Normalization);
        var network = new NetworkGraph(graph, layers, model.Weights);
        if (model.TestTimeFlip)
            MirrorImages.Average(graph, images, (both, features) => network.Write(both, features), signature.Output);
        else
            network.Write(images, signature.Output);
        graph.SlotNames(signature.Output, names, graph.Strings("first_name", [names[0]]));
        graph.Output(signature.Output, DataType.Float, names.Count);
        return graph.ToModel(Producer, ModelMetadata.Describe(model.Architecture, model.Shape, model.Normalization));
    }
}
