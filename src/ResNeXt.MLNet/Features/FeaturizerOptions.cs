using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Scoring;
using static System.FormattableString;

namespace ResNeXt.MLNet.Features;

/// <summary>Which features a <see cref="ResNeXtFeaturizingEstimator"/> computes, and of which pixels.</summary>
public sealed record FeaturizerOptions
{
    /// <summary>The layer that gives the features: <c>avgpool</c>, or a stage (<c>layer1</c> to <c>layer4</c>; <c>*_cifar</c> have three), averaged to one value per channel.</summary>
    /// <value>Default <c>avgpool</c>: the pooled features that the network's last layer classifies.</value>
    public string Layer { get; init; } = FeatureModel.Pooled;

    /// <summary>The side, in pixels, that an image column is resized to. For a flat vector of pixels: the side of its square images.</summary>
    /// <value>Default null: what the model was trained on; of a file that does not say it, the column's own fixed size, else 224 (32 for <c>*_cifar</c>).</value>
    public int? ImageSize { get; init; }

    /// <summary>The order of the values in a flat vector of pixels; a vector with three dimensions, as <c>ExtractPixels</c> makes it, tells by itself.</summary>
    /// <value>Default null: planar for a flat vector.</value>
    public PixelLayout? PixelLayout { get; init; }

    /// <summary>Mean and standard deviation, on the scale of the pixels.</summary>
    /// <value>Default null: what the file says, else ImageNet's on 0..255.</value>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>What is wrong with them for that network, a sentence each.</summary>
    internal IEnumerable<string> GetValidationErrors(Architecture architecture)
    {
        if (!FeatureModel.LayersOf(architecture).Contains(Layer))
            yield return $"Layer is '{Layer}'; {architecture.Name} has '{string.Join("', '", FeatureModel.LayersOf(architecture))}'. Name one of them.";
        if (ImageSize < architecture.MinimumImageSize || ImageSize > Architecture.MaximumImageSize)
            yield return Invariant($"ImageSize is {ImageSize}; {architecture.Name} takes {architecture.MinimumImageSize} to {Architecture.MaximumImageSize} pixels a side.");
        if (Normalization is { } normalization && normalization.Mean.Count != architecture.InputChannels)
            yield return Invariant($"Normalization has {normalization.Mean.Count} values; {architecture.Name} takes {architecture.InputChannels} channels, one value each.");
    }
}
