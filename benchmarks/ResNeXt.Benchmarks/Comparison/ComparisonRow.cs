namespace ResNeXt.Benchmarks.Comparison;

/// <summary>One line of the table: a piece of work and the two sides that do it.</summary>
internal sealed record ComparisonRow
{
    /// <summary>What <c>--rows</c> calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The work, in words.</summary>
    public required string Work { get; init; }

    /// <summary>The unit of the readings.</summary>
    public required string Unit { get; init; }

    /// <summary>What this repository does.</summary>
    public required Side Ours { get; init; }

    /// <summary>What it is compared with; null where the row states a value of ours alone.</summary>
    public Side? Other { get; init; }

    /// <summary>Whether less is better: a time or a size instead of a rate.</summary>
    public bool IsLowerBetter { get; init; }

    /// <summary>What the ratio ours / other (without other: the value) must reach, or must not exceed where less is better.</summary>
    public double? Target { get; init; }

    /// <summary>What the ratio of the peak memories must not exceed.</summary>
    public double? PeakTarget { get; init; }

    /// <summary>Whether every round has a new process and no warm-up: what happens once in a process is what is measured.</summary>
    public bool IsFirstTime { get; init; }

    /// <summary>Writes what both sides need into a folder, in a process that neither of them shares.</summary>
    public Action<string>? Prepare { get; init; }

    /// <summary>Operations (a multiplication and an addition are two) per unit of work, in 10^9, to say what share of the machine's rate is reached.</summary>
    public double? Gigaflops { get; init; }

    /// <summary>Whether ours computes in float32 only, so that float32's rate is what its share is of.</summary>
    public bool IsFloat32 { get; init; }
}
