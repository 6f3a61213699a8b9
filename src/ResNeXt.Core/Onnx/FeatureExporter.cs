using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>Writes the part of a network that computes features as an ONNX model; what comes behind them in the network is not in it.</summary>
public static class FeatureExporter
{
    // Not the producer of classifiers: who looks for one in a file must not take this for it.
    private const string Producer = $"{ModelMetadata.Producer}.Features";

    /// <summary>Writes the model to memory.</summary>
    /// <param name="model">The network.</param>
    /// <param name="surface">The names and the layout that the graph shows outside; null for the defaults.</param>
    /// <exception cref="ArgumentException">Names, layer, weights and architecture do not fit together, or the images are too small.</exception>
    public static byte[] Write(FeatureModel model, FeatureSignature? surface = null)
    {
        surface ??= new FeatureSignature();
        model.Architecture.Check(model.Shape);
        if (string.IsNullOrWhiteSpace(surface.Input) || string.IsNullOrWhiteSpace(surface.Output) || surface.Input == surface.Output)
            throw new ArgumentException($"The input and output names are '{surface.Input}' and '{surface.Output}'; they must differ and none may be empty.", nameof(surface));
        LayerPlan plan = model.Plan();
        IReadOnlyList<string> names = model.Names;
        var graph = new OnnxGraph(model.Architecture.Name);
        string images = graph.Images(surface.Input, surface.Layout, model.Shape, model.Normalization);
        new NetworkGraph(graph, [.. plan.Layers], model.Weights).Write(images, surface.Output);
        graph.SlotNames(surface.Output, names, graph.Strings("first_name", [names[0]]));
        graph.Output(surface.Output, DataType.Float, names.Count);
        return graph.ToModel(Producer, ModelMetadata.Describe(model.Architecture, model.Shape, model.Normalization));
    }
}
