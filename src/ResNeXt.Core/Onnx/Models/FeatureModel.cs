using System.Collections.Immutable;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>
/// The part of a network that turns an image into features, numbers that describe it: everything up to a stage, averaged to one value per channel.
/// </summary>
internal sealed record FeatureModel
{
    /// <summary>The layer of the pooled features, which the last layer of a classifier classifies.</summary>
    public const string Pooled = NetworkDefinition.Pooling;

    /// <summary>The network.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>
    /// Its weights, named as <see cref="Architecture.Tensors"/> names them; those of layers after <see cref="Layer"/> may be missing.
    /// </summary>
    public required StateDict Weights { get; init; }

    /// <summary>The shape of the images it takes.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>What the graph does to the pixels first; null where it takes them as the network sees them.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>The layer that gives the features, one of <see cref="LayersOf"/>.</summary>
    /// <value>Default <see cref="Pooled"/>, which is the last stage, averaged.</value>
    public string Layer { get; init; } = Pooled;

    /// <summary>A name for every feature, in order: the layer's and the channel's number, from 0.</summary>
    public IReadOnlyList<string> Names => [.. Enumerable.Range(0, Layers()[^1].OutputChannels).Select(channel => $"{Layer}.{channel}")];

    /// <summary>The layers of a network that give features: <see cref="Pooled"/> and the stages, called <c>layer1</c>, <c>layer2</c>, ...</summary>
    /// <param name="architecture">The network.</param>
    public static ImmutableArray<string> LayersOf(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return [Pooled, .. architecture.Depths.Select((_, stage) => NetworkDefinition.StageModule(stage))];
    }

    /// <summary>The layers to run through.</summary>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    internal ImmutableArray<LayerSpec> Layers()
    {
        ImmutableArray<string> layers = LayersOf(Architecture);
        int index = layers.IndexOf(Layer);
        return index < 0
            ? throw new ArgumentException(
                $"There is no layer '{Layer}' with features in {Architecture.Name}; there are '{string.Join("', '", layers)}'. Name one of them.")
            : Architecture.FeatureLayerSpecs(stages: index == 0 ? Architecture.Depths.Length : index);
    }
}
