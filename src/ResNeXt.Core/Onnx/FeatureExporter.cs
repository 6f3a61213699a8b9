using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>Exports the part of a network that computes features as an ONNX model, without the layers after it.</summary>
internal static class FeatureExporter
{
    // Not the producer of classifiers: who looks for one in a file must not take this for it.
    private const string Producer = $"{ModelMetadata.Producer}.Features";

    /// <summary>Writes the model to memory.</summary>
    /// <param name="model">The network.</param>
    /// <param name="signature">The names and the layout of the graph's input and output; null for the defaults.</param>
    /// <exception cref="ArgumentException">Names, layer, weights and architecture do not fit together, or the images are too small.</exception>
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
        new NetworkGraph(graph, layers, model.Weights).Write(images, signature.Output);
        graph.SlotNames(signature.Output, names, graph.Strings("first_name", [names[0]]));
        graph.Output(signature.Output, DataType.Float, names.Count);
        return graph.ToModel(Producer, ModelMetadata.Describe(model.Architecture, model.Shape, model.Normalization));
    }
}
