using ResNeXt.MLNet.Images;
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

    /// <summary>The longest content of a stream, in bytes, that is read into memory; what is longer is refused while it is read.</summary>
    /// <value>Default <see cref="ImageDecoder.MaximumLength"/>, 512 MiB, which is also the most. A server of photographs needs some 20 MiB.</value>
    public long MaximumLength { get; init; } = ImageDecoder.MaximumLength;

    internal void Validate()
    {
        string[] mistakes =
        [
            .. MinimumScore is >= 0 and <= 1 ? Array.Empty<string>() : [Invariant($"MinimumScore is {MinimumScore}; it must be from 0 to 1.")],
            .. MaxConcurrency >= 1 ? Array.Empty<string>() : [Invariant($"MaxConcurrency is {MaxConcurrency}; it must be at least 1.")],
            .. MaximumLength is >= 1 && MaximumLength <= ImageDecoder.MaximumLength ? Array.Empty<string>()
                : [Invariant($"MaximumLength is {MaximumLength}; it must be from 1 to {ImageDecoder.MaximumLength}.")],
        ];
        if (mistakes.Length > 0)
            throw new ArgumentException(string.Join(" ", mistakes));
    }
}
