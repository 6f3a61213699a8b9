using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using static System.FormattableString;

namespace ResNeXt.MLNet.Schema;

/// <summary>The rules for options that say which pixels a network gets: the image size and the normalization.</summary>
internal static class PixelOptionErrors
{
    /// <summary>The architecture with that name, in any case; null if there is none.</summary>
    /// <param name="name">The name that the user gave.</param>
    public static Architecture? FindArchitecture(string? name) =>
        Architectures.All.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A sentence if no architecture has that name.</summary>
    /// <param name="name">The name that the user gave.</param>
    public static IEnumerable<string> OfArchitecture(string? name) => FindArchitecture(name) is not null ? []
        : [$"The architecture '{name}' is unknown; the known ones are {string.Join(", ", Architectures.All.Select(known => known.Name))}."];

    /// <summary>A sentence if the network does not take images of that size.</summary>
    /// <param name="size">The value of the option <c>ImageSize</c>; null if it is not set.</param>
    /// <param name="architecture">The network.</param>
    public static IEnumerable<string> OfImageSize(int? size, Architecture architecture)
    {
        if (size < architecture.MinimumImageSize || size > Architecture.MaximumImageSize)
        {
            yield return Invariant($"ImageSize is {size}; {architecture.Name} needs at least {architecture.MinimumImageSize} and at most ")
                + Invariant($"{Architecture.MaximumImageSize} pixels a side. Use {(size < architecture.MinimumImageSize ? "larger" : "smaller")} images")
                + $"{(size < architecture.MinimumImageSize ? SmallImageAdvice(architecture) : "")}.";
        }
    }

    /// <summary>A sentence if mean and standard deviation are not finite, or not one value for each of the network's channels.</summary>
    /// <param name="mean">The value of the option <c>PixelMean</c>.</param>
    /// <param name="std">The value of the option <c>PixelStd</c>.</param>
    /// <param name="architecture">The network; null if it is unknown.</param>
    public static IEnumerable<string> OfMeanAndStd(IReadOnlyList<float>? mean, IReadOnlyList<float>? std, Architecture? architecture)
    {
        if (mean is null && std is null)
            yield break;
        if (mean is null || std is null)
            yield return "Only one of PixelMean and PixelStd is given; give both or neither.";
        else if (mean.Count == 0 || mean.Count != std.Count)
            yield return Invariant($"PixelMean has {mean.Count} values and PixelStd {std.Count}; both need one per channel.");
        else if (!mean.All(float.IsFinite) || !std.All(value => float.IsFinite(value) && value > 0))
            yield return $"PixelMean is [{Join(mean)}] and PixelStd is [{Join(std)}]; both must be finite, and PixelStd above 0.";
        else if (architecture is not null && mean.Count != architecture.InputChannels)
        {
            yield return Invariant($"PixelMean and PixelStd have {mean.Count} values; ")
                + Invariant($"{architecture.Name} takes {architecture.InputChannels} channels, one value each.");
        }
    }

    /// <summary>A sentence if a normalization has another number of channels than the network.</summary>
    /// <param name="normalization">The value of the option <c>Normalization</c>; null if it is not set.</param>
    /// <param name="architecture">The network.</param>
    public static IEnumerable<string> OfNormalization(PixelNormalization? normalization, Architecture architecture)
    {
        if (normalization is not null && normalization.Mean.Count != architecture.InputChannels)
        {
            yield return Invariant($"Normalization has {normalization.Mean.Count} values; ")
                + Invariant($"{architecture.Name} takes {architecture.InputChannels} channels, one value each.");
        }
    }

    /// <summary>What else to do about images that are too small, to end a sentence.</summary>
    /// <param name="architecture">The network that they are too small for.</param>
    public static string SmallImageAdvice(Architecture architecture) =>
        architecture.Stem == StemKind.ImageNet ? " or a *_cifar architecture (at least 8)" : "";

    private static string Join(IEnumerable<float> values) => string.Join(", ", values.Select(value => Invariant($"{value}")));
}
