using ResNeXt.Core.Networks;
using ResNeXt.Core.Options;
using static System.FormattableString;

namespace ResNeXt.Core;

/// <summary>Checks that the properties of an architecture are valid, alone and in combination.</summary>
internal static class ArchitectureRules
{
    // Fifty times those of resnext101_64x4d. A file that asks for billions must not exhaust memory.
    private const long MostTransformations = 100_000;

    // Five hundred times the widest layer here, so that products of channel counts do not overflow.
    private const long MostChannels = 1 << 20;

    private const int MaximumInputChannels = 1024;

    /// <summary>Throws if the architecture is invalid.</summary>
    /// <exception cref="ArgumentException">The architecture is invalid; the message lists every reason.</exception>
    public static void Check(Architecture architecture)
    {
        OptionErrors.ThrowIfAny(
            [.. Kinds(architecture), .. Sizes(architecture), .. Cardinality(architecture), .. Form(architecture)],
            $"The architecture '{architecture.Name}' is impossible:");
    }

    private static IEnumerable<string> Sizes(Architecture it)
    {
        if (it.Depths.IsDefaultOrEmpty || it.Depths.Length > 4 || it.Depths.Any(depth => depth < 1))
            yield return $"Depths is [{(it.Depths.IsDefault ? "" : string.Join(", ", it.Depths))}]; it must have one to four numbers of at least 1.";
        else if (it.Depths.Sum(depth => (long)depth) * it.Cardinality > MostTransformations)
        {
            yield return $"Depths is [{string.Join(", ", it.Depths)}] with Cardinality {it.Cardinality}; "
                + $"at most {MostTransformations} transformations are possible.";
        }
        if (it.StemWidth < 1)
            yield return $"StemWidth is {it.StemWidth}; it must be at least 1.";
        if (it.InputChannels is < 1 or > MaximumInputChannels)
            yield return $"InputChannels is {it.InputChannels}; it must be from 1 to {MaximumInputChannels}.";
        if (it.StemWidth > 0 && !it.Depths.IsDefaultOrEmpty && it.Depths.Length <= 4 && WidestLayer(it) > MostChannels)
        {
            yield return $"StemWidth {it.StemWidth}, BaseWidth {it.BaseWidth} and Cardinality {it.Cardinality} give a layer of "
                + $"{WidestLayer(it)} channels; at most {MostChannels} are possible.";
        }
    }

    // In the last stage: the output of a block, or all its transformations together.
    private static Int128 WidestLayer(Architecture it)
    {
        Int128 stage = (Int128)it.StemWidth << (it.Depths.Length - 1);
        return it.Block == BlockKind.Basic ? stage : Int128.Max(stage * Architecture.BottleneckExpansion, stage * it.BaseWidth / 64 * it.Cardinality);
    }

    private static IEnumerable<string> Cardinality(Architecture it)
    {
        if (it.Cardinality < 1)
            yield return $"Cardinality is {it.Cardinality}; it must be at least 1.";
        if (it.Block == BlockKind.Basic && it.Cardinality > 1)
        {
            yield return $"Cardinality is {it.Cardinality} on a basic block; grouping needs a block of three layers (arXiv 1611.05431, section 3.3), "
                + "so use BlockKind.Bottleneck.";
        }
        if (it.Block == BlockKind.Basic && it.BaseWidth != 64)
            yield return $"BaseWidth is {it.BaseWidth} on a basic block; its width is the stage's, so leave it at 64.";
        if (it.Block == BlockKind.Bottleneck && it.BaseWidth < 1)
            yield return $"BaseWidth is {it.BaseWidth}; it must be at least 1.";
        else if (it.Block == BlockKind.Bottleneck && it.StemWidth > 0 && (long)it.StemWidth * it.BaseWidth % 64 != 0)
        {
            yield return $"BaseWidth is {it.BaseWidth} with a first stage of width {it.StemWidth}: a transformation would have "
                + Invariant($"{(long)it.StemWidth * it.BaseWidth / 64.0:0.###} channels, so the width could not be divided by the cardinality. ")
                + "BaseWidth * StemWidth must be a multiple of 64.";
        }
    }

    private static IEnumerable<string> Form(Architecture it)
    {
        if (it.Block == BlockKind.Basic && it.Form != BlockForm.Grouped)
        {
            yield return $"Form is {it.Form} on a basic block; the forms are of a block of three layers (arXiv 1611.05431, section 3.3), "
                + "so use BlockKind.Bottleneck or BlockForm.Grouped.";
        }
        if (it.Block == BlockKind.Basic && it.StridePlacement == StridePlacement.First1x1)
            yield return "StridePlacement is First1x1 on a basic block, which has no 1x1; leave it at Convolution3x3.";
        if (it.Form.IsSplit() && it.Cardinality > 0 && it.StemWidth % it.Cardinality != 0)
        {
            yield return $"Form is {it.Form}, which splits the {it.StemWidth} channels of the stem into {it.Cardinality} equal parts; "
                + "StemWidth must be a multiple of Cardinality.";
        }
        if (it.ZeroInitializeLastNormalization && it.Normalization == NormalizationKind.None)
        {
            yield return "ZeroInitializeLastNormalization is set with Normalization None; there is no normalization to set to zero, "
                + "so leave one of them out.";
        }
        else if (it.ZeroInitializeLastNormalization && it.Form.IsSplit())
        {
            yield return $"ZeroInitializeLastNormalization is set with Form {it.Form}; the ReLU after that normalization would pass no gradient, "
                + "so it would stay zero forever. Leave it out.";
        }
    }

    private static IEnumerable<string> Kinds(Architecture it) => new[]
    {
        Kind(nameof(it.Block), it.Block), Kind(nameof(it.Stem), it.Stem), Kind(nameof(it.Shortcut), it.Shortcut), Kind(nameof(it.Form), it.Form),
        Kind(nameof(it.Normalization), it.Normalization), Kind(nameof(it.StridePlacement), it.StridePlacement),
        Kind(nameof(it.Initialization), it.Initialization),
    }.OfType<string>();

    private static string? Kind<T>(string property, T value) where T : struct, Enum => Enum.IsDefined(value)
        ? null
        : $"{property} is {value}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.";
}
