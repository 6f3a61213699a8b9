using Google.Protobuf;
using ResNeXt.Core.Imaging;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.OnnxGraph;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>Writes a classifier as an ONNX model: normalisation, network, softmax and class names in one graph, with a free batch dimension.</summary>
public static class OnnxWriter
{
    // Operators as of opset 17, which every ONNX Runtime since 1.12 reads.
    private const int OperatorSet = 17;
    private const int IrVersion = 8;
    private const string ClassNames = "class_names";

    /// <summary>Writes the model to memory.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="surface">The names and the layout that the graph shows outside; null for the defaults.</param>
    /// <exception cref="ArgumentException">Names, classes, weights and architecture do not fit together, or the images are too small.</exception>
    public static byte[] Write(ClassifierModel model, OnnxInterface? surface = null)
    {
        surface ??= new OnnxInterface();
        Check(model, surface);
        var graph = new OnnxGraph(model.Architecture.Name);
        string images = Images(graph, model, surface);
        new NetworkGraph(graph, model.Architecture, model.Weights).Write(images, OnnxInterface.Logits, model.ClassNames.Count);
        graph.Add("Softmax", surface.Score, [OnnxInterface.Logits], Attribute("axis", 1));
        WriteLabels(graph, model, surface);
        graph.Output(surface.Score, DataType.Float, model.ClassNames.Count);
        graph.Output(OnnxInterface.Logits, DataType.Float, model.ClassNames.Count);
        graph.Output(surface.PredictedLabel, DataType.String);

        var proto = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = ModelMetadata.Producer,
            ProducerVersion = typeof(OnnxWriter).Assembly.GetName().Version!.ToString(3),
            Graph = graph.Graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet }, new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 2 } },
        };
        proto.MetadataProps.AddRange(ModelMetadata.Describe(model).Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return proto.ToByteArray();
    }

    private static void Check(ClassifierModel model, OnnxInterface surface)
    {
        model.Architecture.CheckImageSize(Math.Min(model.Shape.Height, model.Shape.Width));
        if (model.Shape.Channels != model.Architecture.InputChannels)
            throw new ArgumentException($"The images have {model.Shape.Channels} channels; {model.Architecture.Name} takes {model.Architecture.InputChannels}.", nameof(model));
        foreach (TensorSpec spec in model.Architecture.Tensors(model.ClassNames.Count))
        {
            if (!model.Weights.Tensors.TryGetValue(spec.Name, out Weights.WeightTensor? tensor) || !tensor.Shape.SequenceEqual(spec.Shape))
                throw new ArgumentException($"The weights lack '{spec.Name}' with the shape [{string.Join(", ", spec.Shape)}], which {model.Architecture.Name} with {model.ClassNames.Count} classes needs.", nameof(model));
        }
        string[] names = [surface.Input, surface.Score, surface.PredictedLabel, OnnxInterface.Logits];
        if (names.Any(string.IsNullOrWhiteSpace) || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
            throw new ArgumentException($"The input and output names are '{string.Join("', '", names)}'; they must all differ and none may be empty.", nameof(surface));
    }

    private static string Images(OnnxGraph graph, ClassifierModel model, OnnxInterface surface)
    {
        ImageShape shape = model.Shape;
        string images = surface.Layout == PixelLayout.Planar
            ? graph.Input(surface.Input, shape.Channels, shape.Height, shape.Width)
            : graph.Add("Transpose", "planar", [graph.Input(surface.Input, shape.Height, shape.Width, shape.Channels)], Attribute("perm", 0, 3, 1, 2));
        if (model.Normalization is null)
            return images;
        int[] perChannel = [1, shape.Channels, 1, 1];
        string centred = graph.Add("Sub", "centred", [images, graph.Floats("pixel_mean", perChannel, [.. model.Normalization.Mean])]);
        return graph.Add("Div", "normalized", [centred, graph.Floats("pixel_std", perChannel, [.. model.Normalization.Deviation])]);
    }

    // ML.NET's OnnxTransformer reads a column's slot names from a node of this name; as a node it turns the label back into its index.
    private static void WriteLabels(OnnxGraph graph, ClassifierModel model, OnnxInterface surface)
    {
        string index = graph.Add("ArgMax", "predicted_index", [surface.Score], Attribute("axis", 1), Attribute("keepdims", 0));
        graph.Add("Gather", surface.PredictedLabel, [graph.Strings(ClassNames, [.. model.ClassNames]), index], Attribute("axis", 0));
        graph.Add(new NodeProto
        {
            Name = $"mlnet.{surface.Score}.SlotNames",
            OpType = "LabelEncoder",
            Domain = "ai.onnx.ml",
            Input = { surface.PredictedLabel },
            Output = { "encoded_label" },
            Attribute = { Attribute("keys_strings", model.ClassNames), Attribute("values_int64s", [.. Enumerable.Range(0, model.ClassNames.Count).Select(i => (long)i)]) },
        });
    }
}
