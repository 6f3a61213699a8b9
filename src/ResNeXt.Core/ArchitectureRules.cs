namespace ResNeXt.Core;

/// <summary>What makes an architecture possible.</summary>
internal static class ArchitectureRules
{
    /// <summary>Refuses an impossible combination.</summary>
    /// <exception cref="ArgumentException">It is impossible; the message lists every reason.</exception>
    public static void Check(Architecture architecture)
    {
        string[] mistakes = [.. Sizes(architecture), .. Cardinality(architecture)];
        if (mistakes.Length > 0)
            throw new ArgumentException($"The architecture '{architecture.Name}' is impossible: {string.Join(" ", mistakes)}");
    }

    private static IEnumerable<string> Sizes(Architecture it)
    {
        if (it.Depths.IsDefaultOrEmpty || it.Depths.Length > 4 || it.Depths.Any(depth => depth < 1))
            yield return $"Depths is [{(it.Depths.IsDefault ? "" : string.Join(", ", it.Depths))}]; it must have one to four numbers of at least 1.";
        if (it.StemWidth < 1)
            yield return $"StemWidth is {it.StemWidth}; it must be at least 1.";
        if (it.InputChannels < 1)
            yield return $"InputChannels is {it.InputChannels}; it must be at least 1.";
    }

    private static IEnumerable<string> Cardinality(Architecture it)
    {
        if (it.Cardinality < 1)
            yield return $"Cardinality is {it.Cardinality}; it must be at least 1.";
        if (it.Block == BlockKind.Basic && it.Cardinality > 1)
            yield return $"Cardinality is {it.Cardinality} on a basic block; grouping needs a block of three layers (arXiv 1611.05431, section 3.3), so use BlockKind.Bottleneck.";
        if (it.Block == BlockKind.Basic && it.BaseWidth != 64)
            yield return $"BaseWidth is {it.BaseWidth} on a basic block; its width is the stage's, so leave it at 64.";
        if (it.Block == BlockKind.Bottleneck && (int)(it.StemWidth * (it.BaseWidth / 64.0)) < 1)
            yield return $"BaseWidth is {it.BaseWidth} with a first stage of width {it.StemWidth}: a transformation would have no channel. BaseWidth * StemWidth must be at least 64.";
    }
}
