using static System.FormattableString;

namespace ResNeXt.MLNet;

/// <summary>The settings of a <see cref="ResNeXtPredictor"/>.</summary>
public sealed record PredictorOptions
{
    /// <summary>The probability below which a prediction has no label: "don't know".</summary>
    /// <value>Default 0: every prediction has one. From 0 to 1.</value>
    public float MinimumScore { get; init; }

    /// <summary>How many images are decoded and scored at a time; further calls wait. Each may hold a decoded image.</summary>
    /// <value>Default the number of processors. At least 1.</value>
    public int MaxConcurrency { get; init; } = Environment.ProcessorCount;

    internal void Validate()
    {
        string[] mistakes =
        [
            .. MinimumScore is >= 0 and <= 1 ? Array.Empty<string>() : [Invariant($"MinimumScore is {MinimumScore}; it must be from 0 to 1.")],
            .. MaxConcurrency >= 1 ? Array.Empty<string>() : [Invariant($"MaxConcurrency is {MaxConcurrency}; it must be at least 1.")],
        ];
        if (mistakes.Length > 0)
            throw new ArgumentException(string.Join(" ", mistakes));
    }
}
