using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Features;

/// <summary>The options of a <see cref="ResNeXtFeaturizingEstimator"/>.</summary>
public sealed record FeaturizerOptions
{
    /// <summary>
    /// The layer whose output is the features: <c>avgpool</c>, or a stage, <c>layer1</c> to <c>layer4</c> (<c>*_cifar</c> have three), averaged to
    /// one value per channel.
    /// </summary>
    /// <value>Default <c>avgpool</c>: the features that the network's last layer classifies.</value>
    public string Layer { get; init; } = FeatureModel.Pooled;

    /// <summary>The side, in pixels, that images are resized to. For a flat vector of pixels: the side of its square images.</summary>
    /// <value>
    /// Default null: the size that the model was trained on; if the file does not contain it, the fixed size in the column's type, or else 224 (32
    /// for <c>*_cifar</c>). At least 32 (8 for <c>*_cifar</c>), at most 8192.
    /// </value>
    public int? ImageSize { get; init; }

    /// <summary>
    /// The order of the values in a flat vector of pixels. A vector with three dimensions, as <c>ExtractPixels</c> makes it, needs no such option.
    /// </summary>
    /// <value>Default null: planar for a flat vector.</value>
    public PixelLayout? PixelLayout { get; init; }

    /// <summary>The mean and standard deviation of each channel, on the scale of the pixels.</summary>
    /// <value>Default null: what the file says, or else ImageNet's on the scale 0 to 255.</value>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>
    /// Whether to average the features of every image and of its mirror image (test-time augmentation). From few images, other trainers learn a
    /// little better from them where left and right do not matter. Takes twice the time.
    /// </summary>
    /// <value>Default false.</value>
    public bool TestTimeFlip { get; init; }

    /// <summary>Where pretrained weights are looked for if they are given by name, and whether they may be downloaded.</summary>
    /// <value>Default: folders of this machine only; nothing is downloaded.</value>
    public PretrainedOptions Pretrained { get; init; } = new();

    /// <summary>One sentence per option that is out of range.</summary>
    /// <param name="architecture">The network.</param>
    internal IEnumerable<string> GetValidationErrors(Architecture architecture)
    {
        string[] layers = [.. FeatureModel.LayersOf(architecture)];
        if (!layers.Contains(Layer))
            yield return $"Layer is '{Layer}'; {architecture.Name} has '{string.Join("', '", layers)}'. Name one of them.";
        foreach (string error in PixelOptionErrors.OfImageSize(ImageSize, architecture))
            yield return error;
        foreach (string error in PixelOptionErrors.OfNormalization(Normalization, architecture))
            yield return error;
    }
}
