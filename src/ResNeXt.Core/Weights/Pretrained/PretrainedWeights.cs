using System.Collections.Immutable;
using ResNeXt.Core.Images;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>Weights that others trained on ImageNet and published: the name by which they are asked for, and what is known of their file.</summary>
public sealed record PretrainedWeights
{
    /// <summary>The name that asks for the best weights that can be had.</summary>
    public const string Best = "pretrained";

    /// <summary>
    /// The name, for example <c>torchvision:resnet50.IMAGENET1K_V2</c> or <c>nuget:Microsoft.ML.DnnImageFeaturizer.ResNet18</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The name of the network, one of <see cref="Architectures.All"/>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The network that this one can take the place of, because it differs from it in the number of blocks only; null for none.</summary>
    internal string? VariantOf { get; init; }

    /// <summary>The name of the file, or its path in the folder <c>DnnImageModels</c> of a NuGet package.</summary>
    public required string FileName { get; init; }

    /// <summary>The address of the file; null if it comes with <see cref="PackageId"/>.</summary>
    public Uri? Address { get; init; }

    /// <summary>The NuGet package that puts the file into the folder <c>DnnImageModels</c> of an application; null if there is none.</summary>
    public string? PackageId { get; init; }

    /// <summary>The license under which the weights were published, as an SPDX identifier.</summary>
    public required string License { get; init; }

    /// <summary>The approximate size of the file in bytes; null if it is not known.</summary>
    public long? ApproximateBytes { get; init; }

    /// <summary>The first hexadecimal digits of the SHA-256 of the file; null if they are not known.</summary>
    public string? Sha256Prefix { get; init; }

    /// <summary>The normalization of pixels on the scale 0 to 255 that the network was trained with.</summary>
    public PixelNormalization Normalization { get; init; } = PixelNormalization.ImageNet;

    /// <summary>The recommended side of the images in pixels.</summary>
    /// <value>Default 224.</value>
    public int ImageSize { get; init; } = 224;

    /// <summary>
    /// The length, in pixels, of the shorter side that images were resized to before their center was cut out to measure
    /// <see cref="ImageNetAccuracy"/>; null if it is not known.
    /// </summary>
    public int? ResizeSize { get; init; }

    /// <summary>The published accuracy on the validation images of ImageNet, from 0 to 1; null if it is not known.</summary>
    public double? ImageNetAccuracy { get; init; }

    /// <summary>Whether the file has the last layer for the 1000 classes of ImageNet, see <see cref="ImageNetClasses"/>.</summary>
    public bool HasClasses { get; init; } = true;

    /// <summary>All pretrained weights with a name: torchvision's, and those of ML.NET's NuGet packages.</summary>
    public static ImmutableArray<PretrainedWeights> All { get; } = [.. TorchvisionWeights.All, .. PackagedWeights.All];

    /// <summary>Gets pretrained weights by their name.</summary>
    /// <param name="name">
    /// A <see cref="Name"/>, in any case; <c>DEFAULT</c> after the period, as in <c>torchvision:resnet50.DEFAULT</c>, is the most accurate version.
    /// </param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known names.</exception>
    public static PretrainedWeights Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        const string Default = ".DEFAULT";
        PretrainedWeights? found = name.EndsWith(Default, StringComparison.OrdinalIgnoreCase)
            ? All.Where(weights => weights.ImageNetAccuracy is not null)
                .Where(weights => weights.Name.StartsWith(name[..^(Default.Length - 1)], StringComparison.OrdinalIgnoreCase))
                .MaxBy(weights => weights.ImageNetAccuracy)
            : All.FirstOrDefault(weights => weights.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found ?? throw new ArgumentException(
            $"The weights '{name}' are unknown; the known ones are {Best} and {string.Join(", ", All.Select(weights => weights.Name))}.", nameof(name));
    }

    /// <summary>Gets whether the weights can be used if a network is asked for.</summary>
    internal bool IsFor(string architecture) => Architecture == architecture || VariantOf == architecture;

    /// <summary>
    /// Gets whether a text is the name of pretrained weights and not the path of a file: <c>pretrained</c>, or anything that begins with
    /// <c>torchvision:</c> or <c>nuget:</c>.
    /// </summary>
    /// <param name="text">A name or path.</param>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Equals(Best, StringComparison.OrdinalIgnoreCase)
            || text.StartsWith(TorchvisionWeights.Prefix, StringComparison.OrdinalIgnoreCase)
            || text.StartsWith(PackagedWeights.Prefix, StringComparison.OrdinalIgnoreCase);
    }
}
