using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Import.Pixels;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>Recognizes a residual network by its graph: stem, residual blocks, pooling, and a fully connected layer if there is one.</summary>
internal sealed class NetworkReader
{
    private readonly ForeignGraph _graph;

    private NetworkReader(ForeignGraph graph, ImageInput input)
    {
        _graph = graph;
        Input = input;
    }

    /// <summary>The input of the graph.</summary>
    public ImageInput Input { get; }

    /// <summary>The name of the logits or features in the graph.</summary>
    public string Output { get; private set; } = "";

    /// <summary>The number of classes; null if the graph ends with the pooled features.</summary>
    public int? Classes { get; private set; }

    /// <summary>Whether the graph itself scales or reorders the pixels.</summary>
    public bool HasPixelTransform { get; private set; }

    /// <summary>Recognizes a network.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="preprocessing">What happens to the pixels before the graph, if that is known; else null.</param>
    /// <param name="reader">What else is known of the graph.</param>
    /// <exception cref="InvalidDataException">The graph is another network; the message names the first operator that does not fit.</exception>
    public static ImportedNetwork Read(ForeignGraph graph, Func<int, PixelTransform?> preprocessing, out NetworkReader reader)
    {
        reader = new NetworkReader(graph, ImageInput.Of(graph));
        return reader.Read(preprocessing);
    }

    private ImportedNetwork Read(Func<int, PixelTransform?> preprocessing)
    {
        var pixels = PixelTransformReader.Read(_graph, Input.Channels);
        if (pixels.Layout != Input.Layout)
        {
            throw new InvalidDataException($"takes images of {TensorShape.Text(Input.Dimensions)}, which are no batch of images with "
                + $"1 to {ImageInput.MostChannels} channels.");
        }
        HasPixelTransform = !pixels.Transform.IsIdentity;
        PixelTransform transform = HasPixelTransform ? pixels.Transform : preprocessing(Input.Channels) ?? pixels.Transform;
        string value = pixels.Value;
        if (_graph.Consumers(value) is not [var first])
            throw new InvalidDataException("is an ONNX model whose input does not go into exactly one layer; it is no ResNet or ResNeXt.");
        ConvolutionUnit stem = ConvolutionUnit.Read(_graph, first, out value);
        if (stem.InputChannels != Input.Channels || stem.Groups != 1)
            throw OperatorMismatch.Of(first, $"it takes {stem.InputChannels} channels in {stem.Groups} groups where the images have {Input.Channels}");
        stem = stem with { Filters = transform.InImageOrder(stem.Filters) };
        value = GraphSteps.Relu(_graph, value, first);
        NodeProto? pooling = _graph.Consumers(value) is [{ OpType: "MaxPool" } pool] ? pool : null;
        value = pooling?.Output[0] ?? value;
        IReadOnlyList<ImportedBlock> blocks = ReadBlocks(ref value);
        var architecture = ImportedArchitecture.Of(stem, pooling, blocks);
        var head = HeadReader.Read(_graph, value, architecture.FeatureCount);
        (Output, Classes) = (head.Value, head.Classes);
        IEnumerable<KeyValuePair<string, WeightTensor>> ofBlocks = architecture.Blocks().Zip(blocks).SelectMany(pair => pair.Second.Tensors(pair.First.Name));
        var weights = new StateDict([.. stem.Tensors(NetworkDefinition.StemModules[0], NetworkDefinition.StemModules[1]), .. ofBlocks, .. head.Tensors]);
        return new(architecture, weights, Input.Shape(architecture, head.MapSide), Normalization(transform));
    }

    private List<ImportedBlock> ReadBlocks(ref string value)
    {
        var blocks = new List<ImportedBlock>();
        var reader = new BlockReader(_graph);
        long values = _graph.ConstantValues;
        while (blocks.Count == 0 || !HeadReader.Begins(_graph, value))
        {
            ImportedBlock block = reader.Read(ref value);
            // Layers that share a constant would each get a copy of it.
            values -= block.FilterValues;
            blocks.Add(values >= 0 ? block : throw OperatorMismatch.Of(block.Units[0].Node, "it has the weights of other layers"));
        }
        return blocks;
    }

    private static PixelNormalization? Normalization(PixelTransform transform)
    {
        try
        {
            return transform.Normalization();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"is an ONNX model that changes the pixels in a way that is no normalization. {exception.Message}", exception);
        }
    }
}
