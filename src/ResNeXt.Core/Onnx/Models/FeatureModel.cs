using System.Collections.Immutable;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>
/// The layers of a network that compute the features of an image: all layers up to the end of a stage, whose output is averaged to one value per
/// channel.
/// </summary>
internal sealed record FeatureModel
{
    /// <summary>The name of the layer with the pooled features, which are the input of a classifier's last layer.</summary>
    public const string Pooled = NetworkDefinition.Pooling;

    /// <summary>The architecture of the network.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>
    /// The weights, with the names of <see cref="Architecture.Tensors"/>. Those of the layers after <see cref="Layer"/> may be missing.
    /// </summary>
    public required StateDict Weights { get; init; }

    /// <summary>The shape of the input images.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>The normalization that the graph applies to the pixels; null if the input is already normalized.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>The name of the layer that computes the features, one of <see cref="LayersOf"/>.</summary>
    /// <value>Default <see cref="Pooled"/>, the averaged output of the last stage.</value>
    public string Layer { get; init; } = Pooled;

    /// <summary>
    /// Whether the graph computes every image and its mirror image, and averages their features (test-time augmentation). Takes twice the time.
    /// </summary>
    public bool TestTimeFlip { get; init; }

    /// <summary>The name of every feature, in order: the name of the layer and the index of the channel, from 0.</summary>
    public IReadOnlyList<string> Names => [.. Enumerable.Range(0, Layers()[^1].OutputChannels).Select(channel => $"{Layer}.{channel}")];

    /// <summary>
    /// Gets the names of the layers that can compute features: <see cref="Pooled"/> and the stages <c>layer1</c>, <c>layer2</c>, ...
    /// </summary>
    /// <param name="architecture">The architecture of the network.</param>
    public static ImmutableArray<string> LayersOf(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return [Pooled, .. architecture.Depths.Select((_, stage) => NetworkDefinition.StageModule(stage))];
    }

    /// <summary>Gets the layers up to <see cref="Layer"/> and the pooling.</summary>
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
