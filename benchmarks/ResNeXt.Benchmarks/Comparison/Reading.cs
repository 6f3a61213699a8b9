namespace ResNeXt.Benchmarks.Comparison;

/// <summary>What one round of one side gave.</summary>
/// <param name="Value">The result, in the row's unit.</param>
internal sealed record Reading(double Value)
{
    /// <summary>The most memory that the process has had so far, in MiB.</summary>
    public double PeakMebibytes { get; init; }

    /// <summary>What the value is made of, where a row says more than one number.</summary>
    public IReadOnlyDictionary<string, double> Parts { get; init; } = new Dictionary<string, double>();
}
