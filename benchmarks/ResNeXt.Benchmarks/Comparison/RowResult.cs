namespace ResNeXt.Benchmarks.Comparison;

/// <summary>The readings of a row, and what they say.</summary>
/// <param name="Row">The row.</param>
/// <param name="Ours">Our readings, one per round.</param>
/// <param name="Other">The other side's; empty where there is none.</param>
internal sealed record RowResult(ComparisonRow Row, IReadOnlyList<Reading> Ours, IReadOnlyList<Reading> Other)
{
    public Spread OurValue => Spread.Of(Ours.Select(reading => reading.Value));

    public Spread? OtherValue => Other.Count == 0 ? null : Spread.Of(Other.Select(reading => reading.Value));

    /// <summary>In MiB: the largest of all rounds, because a peak is one.</summary>
    public double OurPeak => Ours.Max(reading => reading.PeakMebibytes);

    /// <summary>In MiB; null without another side.</summary>
    public double? OtherPeak => Other.Count == 0 ? null : Other.Max(reading => reading.PeakMebibytes);

    /// <summary>Ours / other, of the medians.</summary>
    public double? Ratio => OurValue.Median / OtherValue?.Median;

    public double? PeakRatio => OurPeak / OtherPeak;

    /// <summary>Whether the target is met; null without one.</summary>
    public bool? IsMet => Row.Target is not { } target ? null : Row.IsLowerBetter ? Judged <= target : Judged >= target;

    /// <summary>Whether the memory's target is met; null without one.</summary>
    public bool? IsPeakMet => Row.PeakTarget is not { } target || PeakRatio is not { } ratio ? null : ratio <= target;

    /// <summary>Our rate in 10^9 operations a second; null where the row does not count them.</summary>
    public double? GigaflopsPerSecond => OurValue.Median * Row.Gigaflops;

    /// <summary>The medians of our parts.</summary>
    public IReadOnlyDictionary<string, Spread> OurParts => Parts(Ours);

    /// <summary>The medians of the other's parts.</summary>
    public IReadOnlyDictionary<string, Spread> OtherParts => Parts(Other);

    private double Judged => Row.Other is null ? OurValue.Median : Ratio ?? double.NaN;

    private static Dictionary<string, Spread> Parts(IReadOnlyList<Reading> readings) => readings.Count == 0 ? [] : readings[0].Parts.Keys
        .ToDictionary(name => name, name => Spread.Of(readings.Where(reading => reading.Parts.ContainsKey(name)).Select(reading => reading.Parts[name])));
}
