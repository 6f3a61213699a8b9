using System.Collections.Immutable;

namespace ResNeXt.Core.Networks;

/// <summary>
/// The layers of a network or of one block, in order. Every method adds a layer behind others and returns its name, so a plan is written as
/// the forward pass would be.
/// </summary>
internal sealed class LayerPlan
{
    private readonly OrderedDictionary<string, LayerSpec> _layers = new(StringComparer.Ordinal);
    private readonly string _input;
    private readonly int _inputChannels;
    private readonly NormalizationKind _normalization;

    /// <summary>Begins a plan.</summary>
    /// <param name="input">The name of what goes in.</param>
    /// <param name="inputChannels">Its channels.</param>
    /// <param name="normalization">What stands behind its convolutions.</param>
    public LayerPlan(string input, int inputChannels, NormalizationKind normalization)
    {
        _input = input;
        _inputChannels = inputChannels;
        _normalization = normalization;
    }

    /// <summary>The layers so far, in order.</summary>
    public IEnumerable<LayerSpec> Layers => _layers.Values;

    /// <summary>The layer of that name.</summary>
    public LayerSpec this[string name] => _layers[name];

    /// <summary>Whether the network has a layer of that name.</summary>
    public bool Has(string name) => _layers.ContainsKey(name);

    /// <summary>A convolution; it has a bias where no normalisation follows, unless <paramref name="sharesBias"/> says that a neighbour has it.</summary>
    public string Convolution(string name, string input, int channels, int kernel, int stride = 1, int groups = 1, int copies = 1, bool sharesBias = false) =>
        Add(new(name, LayerKind.Convolution, [input], Channels(input), channels)
        {
            Kernel = kernel,
            Stride = stride,
            Groups = groups,
            Copies = copies,
            HasBias = _normalization == NormalizationKind.None && !sharesBias,
        });

    /// <summary>The normalisation, or nothing in a network without.</summary>
    public string Normalization(string name, string input) =>
        _normalization == NormalizationKind.None ? input : Same(name, LayerKind.BatchNormalization, input);

    public string Relu(string name, string input) =>
        Add(new(name, LayerKind.Relu, [input], Channels(input), Channels(input)) { InPlace = true });

    /// <summary>Convolution, normalisation and ReLU, named <c>conv1</c>, <c>bn1</c> and <c>relu1</c> for number 1.</summary>
    public string Unit(string prefix, int number, string input, int channels, int kernel, int stride = 1, int groups = 1, int copies = 1)
    {
        string convolved = Convolution($"{prefix}.conv{number}", input, channels, kernel, stride, groups, copies);
        return Relu($"{prefix}.relu{number}", Normalization($"{prefix}.bn{number}", convolved));
    }

    public string MaxPooling(string name, string input) =>
        Add(new(name, LayerKind.MaxPooling, [input], Channels(input), Channels(input)) { Kernel = 3, Stride = 2 });

    public string Addition(string name, ImmutableArray<string> inputs, bool inPlace) =>
        Add(new(name, LayerKind.Addition, inputs, Channels(inputs[0]), Channels(inputs[0])) { InPlace = inPlace });

    public string Concatenation(string name, params ImmutableArray<string> inputs) =>
        Add(new(name, LayerKind.Concatenation, inputs, Channels(inputs[0]), inputs.Sum(Channels)));

    public string Slice(string name, string input, int firstChannel, int channels) =>
        Add(new(name, LayerKind.Slice, [input], Channels(input), channels) { FirstChannel = firstChannel, InPlace = true });

    public string ZeroPadding(string name, string input, int channels, int stride) =>
        Add(new(name, LayerKind.ZeroPadding, [input], Channels(input), channels) { Stride = stride });

    public string GlobalAveragePooling(string name, string input) => Same(name, LayerKind.GlobalAveragePooling, input);

    public string Linear(string name, string input, int features) => Add(new(name, LayerKind.Linear, [input], Channels(input), features));

    private int Channels(string input) => input == _input ? _inputChannels : _layers[input].OutputChannels;

    private string Same(string name, LayerKind kind, string input) => Add(new(name, kind, [input], Channels(input), Channels(input)));

    private string Add(LayerSpec layer)
    {
        _layers.Add(layer.Name, layer);
        return layer.Name;
    }
}
