namespace ResNeXt.Benchmarks.Serving;

/// <summary>What came of a load.</summary>
/// <param name="Seconds">How long each answer took, ascending.</param>
/// <param name="Failed">The number of requests without a prediction.</param>
/// <param name="Time">How long it took in all.</param>
internal sealed record LoadResult(double[] Seconds, int Failed, TimeSpan Time)
{
    /// <summary>The number of predictions.</summary>
    public int Answered => Seconds.Length;

    /// <summary>Predictions per second.</summary>
    public double Rate => Answered / Time.TotalSeconds;

    /// <summary>The time, in seconds, within which a part of the answers came.</summary>
    public double Quantile(double part) => Seconds.Length == 0 ? double.NaN : Seconds[Math.Min(Seconds.Length - 1, (int)(part * Seconds.Length))];
}
