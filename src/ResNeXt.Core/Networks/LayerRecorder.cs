using System.Collections.Immutable;

namespace ResNeXt.Core.Networks;

/// <summary>
/// Lists the layers of a network without computing them, so libtorch is not needed. Parameter counts, summary, ONNX graph, quantization and the
/// modules of <see cref="ResidualNetwork"/> follow from that list.
/// </summary>
internal sealed class LayerRecorder : ILayers<string>
{
    private readonly List<LayerSpec> _layers = [];
    private readonly Dictionary<string, LayerSpec> _byName = new(StringComparer.Ordinal);
    private readonly NetworkSpec _network;
    private string _prefix = "";

    private LayerRecorder(NetworkSpec network) => _network = network;

    /// <summary>Lists the layers of a classifier in the order of the forward pass.</summary>
    /// <param name="network">The network.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    public static ImmutableArray<LayerSpec> Classifier(NetworkSpec network, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        var recorder = new LayerRecorder(network);
        NetworkDefinition.Classifier(recorder, network, NetworkDefinition.Images, classes);
        return [.. recorder._layers];
    }

    /// <summary>Lists the layers up to the pooled features; the last one is <see cref="NetworkDefinition.Pooling"/>.</summary>
    /// <param name="network">The network.</param>
    public static ImmutableArray<LayerSpec> Features(NetworkSpec network)
    {
        var recorder = new LayerRecorder(network);
        NetworkDefinition.Features(recorder, network, NetworkDefinition.Images);
        return [.. recorder._layers];
    }

    public string Convolution(string name, string x, int channels, int kernel, int stride, int groups, int copies, bool sharesBias) =>
        Record(new(_prefix + name, LayerKind.Convolution, [x], Channels(x), channels)
        {
            Kernel = kernel,
            Stride = stride,
            Groups = groups,
            Copies = copies,
            HasBias = _network.Normalization == NormalizationKind.None && !sharesBias,
        });

    public string Normalization(string name, string x) =>
        _network.Normalization == NormalizationKind.None ? x : RecordSameShape(name, LayerKind.BatchNormalization, x);

    public string Relu(string name, string x) =>
        Record(new(_prefix + name, LayerKind.Relu, [x], Channels(x), Channels(x)) { InPlace = true });

    public string MaxPooling(string name, string x) =>
        Record(new(_prefix + name, LayerKind.MaxPooling, [x], Channels(x), Channels(x)) { Kernel = 3, Stride = 2 });

    public string Add(string name, string x, string shortcut) => Sum(name, [x, shortcut]);

    // A sum overwrites its first term, unless that is a ReLU's output, which the backward pass needs.
    public string Sum(string name, IEnumerable<string> terms)
    {
        ImmutableArray<string> inputs = [.. terms];
        bool inPlace = _byName[inputs[0]].Kind != LayerKind.Relu;
        return Record(new(_prefix + name, LayerKind.Addition, inputs, Channels(inputs[0]), Channels(inputs[0])) { InPlace = inPlace });
    }

    public string Concatenate(string name, IEnumerable<string> parts)
    {
        ImmutableArray<string> inputs = [.. parts];
        return Record(new(_prefix + name, LayerKind.Concatenation, inputs, Channels(inputs[0]), inputs.Sum(Channels)));
    }

    // Lazy, so that every slice is listed just before the layers of its path.
    public IEnumerable<string> Split(string x, int paths)
    {
        int channels = Channels(x) / paths;
        for (int index = 0; index < paths; index++)
        {
            string name = $"{_prefix}{PathPrefix(index)}split";
            yield return Record(new(name, LayerKind.Slice, [x], Channels(x), channels) { FirstChannel = index * channels, InPlace = true });
        }
    }

    public string ZeroPadding(string name, string x, int channels, int stride) =>
        Record(new(_prefix + name, LayerKind.ZeroPadding, [x], Channels(x), channels) { Stride = stride });

    public string GlobalAveragePooling(string name, string x) => RecordSameShape(name, LayerKind.GlobalAveragePooling, x);

    public string Linear(string name, string x, int features) => Record(new(_prefix + name, LayerKind.Linear, [x], Channels(x), features));

    public string Block(BlockSpec block, string x, Func<ILayers<string>, BlockSpec, string, string> layers) =>
        Within($"{block.Name}.", () => layers(this, block, x));

    public string Path(BlockSpec block, int index, string x, Func<ILayers<string>, BlockSpec, int, string, string> layers) =>
        Within(PathPrefix(index), () => layers(this, block, index, x));

    private static string PathPrefix(int index) => $"paths.{index}.";

    private string Within(string prefix, Func<string> layers)
    {
        string outer = _prefix;
        _prefix = outer + prefix;
        string y = layers();
        _prefix = outer;
        return y;
    }

    private int Channels(string x) => x == NetworkDefinition.Images ? _network.InputChannels : _byName[x].OutputChannels;

    private string RecordSameShape(string name, LayerKind kind, string x) => Record(new(_prefix + name, kind, [x], Channels(x), Channels(x)));

    private string Record(LayerSpec layer)
    {
        _byName.Add(layer.Name, layer);
        _layers.Add(layer);
        return layer.Name;
    }
}
