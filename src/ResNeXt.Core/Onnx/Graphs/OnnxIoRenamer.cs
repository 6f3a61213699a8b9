using Google.Protobuf.Collections;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>Renames the input and the outputs of a model and makes its input planar. The network and its weights stay the same.</summary>
internal static class OnnxIoRenamer
{
    /// <summary>Changes the signature of a model.</summary>
    /// <param name="onnx">A model that <see cref="OnnxExporter"/> or <c>QuantizedClassifier</c> wrote.</param>
    /// <param name="from">The signature of the model.</param>
    /// <param name="to">The new signature, which must be planar.</param>
    public static byte[] Apply(byte[] onnx, OnnxSignature from, OnnxSignature to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (to.Layout != PixelLayout.Planar)
            throw new ArgumentException($"The layout to change to is {to.Layout}; only {PixelLayout.Planar} is possible.", nameof(to));
        ModelProto model = ModelProto.Parser.ParseFrom(onnx);
        if (from.Layout == PixelLayout.Interleaved)
            MakePlanar(model.Graph, from.Input);
        var names = new Dictionary<string, string>
        {
            [from.Input] = to.Input, [from.Score] = to.Score, [from.PredictedLabel] = to.PredictedLabel,
            [OnnxGraph.SlotNamesNode(from.Score)] = OnnxGraph.SlotNamesNode(to.Score),
        };
        foreach (NodeProto node in model.Graph.Node)
        {
            node.Name = names.GetValueOrDefault(node.Name, node.Name);
            Rename(node.Input, names);
            Rename(node.Output, names);
        }
        foreach (ValueInfoProto value in model.Graph.Input.Concat(model.Graph.Output))
            value.Name = names.GetValueOrDefault(value.Name, value.Name);
        ModelDigest.Remove(model);
        return ModelDigest.Seal(model);
    }

    // Removes the transposition at the beginning, and connects its consumers to the input.
    private static void MakePlanar(GraphProto graph, string input)
    {
        NodeProto transposition = graph.Node.Single(node => node.Input.Contains(input));
        graph.Node.Remove(transposition);
        var names = new Dictionary<string, string> { [transposition.Output[0]] = input };
        foreach (NodeProto node in graph.Node)
            Rename(node.Input, names);
        RepeatedField<TensorShapeProto.Types.Dimension> dimensions = graph.Input.Single().Type.TensorType.Shape.Dim;
        TensorShapeProto.Types.Dimension channels = dimensions[^1];
        dimensions.RemoveAt(dimensions.Count - 1);
        dimensions.Insert(1, channels);
    }

    private static void Rename(RepeatedField<string> names, Dictionary<string, string> changes)
    {
        for (int i = 0; i < names.Count; i++)
            names[i] = changes.GetValueOrDefault(names[i], names[i]);
    }
}
