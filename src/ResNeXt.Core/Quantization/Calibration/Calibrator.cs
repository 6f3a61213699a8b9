using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Calibration;

/// <summary>
/// Calibration: runs images through the folded network in float32 and gathers statistics of every activation that will be quantized.
/// </summary>
internal static class Calibrator
{
    /// <summary>Runs the images once.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="network">The folded network of the classifier.</param>
    /// <param name="images">The images.</param>
    /// <param name="cancellation">Cancels between two batches.</param>
    /// <returns>The statistics of each activation, by the name of the layer that computes it.</returns>
    /// <exception cref="InvalidDataException">A layer computes values that are not finite.</exception>
    public static IReadOnlyDictionary<string, ActivationStatistics> Run(
        ClassifierModel model, FoldedNetwork network, IImageDataset images, CancellationToken cancellation)
    {
        var tensors = new OrderedDictionary<string, string>();
        // Mirror images have the ranges of images.
        byte[] onnx = OnnxExporter.Write(model with { TestTimeFlip = false }, new OnnxSignature(), (graph, input, logits) =>
        {
            // The images may be the input of the graph itself, which cannot be an output as well.
            input = graph.Add("Identity", NetworkDefinition.Images, [input]);
            var nodes = new NetworkGraph(graph, network.Layers, network.Weights);
            nodes.Write(input, logits);
            foreach (string layer in Quantized(network))
            {
                tensors[layer] = nodes.Output(layer);
                graph.Observe(tensors[layer]);
            }
        });
        using var session = new ClassifierSession(onnx, model.Shape);
        Dictionary<string, int> channels = network.Layers.ToDictionary(layer => layer.Name, layer => layer.OutputChannels);
        channels[NetworkDefinition.Images] = model.Shape.Channels;
        Dictionary<string, ActivationStatistics> statistics =
            tensors.Keys.ToDictionary(layer => layer, layer => new ActivationStatistics(channels[layer]));
        for (int first = 0; first < images.Count; first += session.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(session.BatchSize, images.Count - first);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(images, first, count, tensors.Values);
            foreach (((string layer, _), OrtValue output) in tensors.Zip(outputs))
                Add(statistics[layer], output.GetTensorDataAsSpan<float>(), count, layer);
        }
        return statistics;
    }

    /// <summary>
    /// The activations that become bytes: the images and the outputs of all layers except the logits. A layer before a ReLU is left out, because ONNX
    /// Runtime fuses the two.
    /// </summary>
    private static IEnumerable<string> Quantized(FoldedNetwork network)
    {
        var beforeRelu = network.Layers.Where(layer => layer.Kind == LayerKind.Relu).Select(layer => layer.Inputs[0]).ToHashSet();
        return network.Layers.Where(layer => layer.Kind != LayerKind.Linear && !beforeRelu.Contains(layer.Name)).Select(layer => layer.Name)
            .Prepend(NetworkDefinition.Images);
    }

    private static void Add(ActivationStatistics statistics, ReadOnlySpan<float> values, int images, string layer)
    {
        try
        {
            statistics.Add(values, images);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"Calibration stopped at the layer '{layer}': {exception.Message}. "
                + "Check the scale of the pixels and the weights of the network.", exception);
        }
    }
}
