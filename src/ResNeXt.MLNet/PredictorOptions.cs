using ResNeXt.Core.Options;
using ResNeXt.MLNet.Images;
using static System.FormattableString;

namespace ResNeXt.MLNet;

/// <summary>The options of a <see cref="ResNeXtPredictor"/>.</summary>
public sealed record PredictorOptions
{
    private const int MostThreads = 1024, MostConcurrency = 10_000;

    /// <summary>The score below which a prediction has no label: "don't know".</summary>
    /// <value>Default 0: every prediction has a label. From 0 to 1.</value>
    public float MinimumScore { get; init; }

    /// <summary>
    /// The distance from the images that the model was trained for above which a prediction has no label: "don't know". See
    /// <see cref="ImagePrediction.Distance"/>.
    /// </summary>
    /// <value>Default 1. Above 0; <see cref="float.PositiveInfinity"/> for labels at any distance.</value>
    public float MaximumDistance { get; init; } = 1;

    /// <summary>
    /// The number of images that are decoded and scored at the same time; further calls wait. Each of them may hold a decoded image in memory.
    /// </summary>
    /// <value>Default the number of processors; from 1 to 10,000.</value>
    public int MaxConcurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>The number of threads that compute an image together. Scores do not depend on it.</summary>
    /// <value>
    /// Default null: one for each core, but no more than the processors that the process may use, which a container may limit. From 1 to 1024. It has
    /// no effect on a GPU.
    /// </value>
    public int? Threads { get; init; }

    /// <summary>The largest content of a stream, in bytes, that is read into memory; longer content is refused while it is read.</summary>
    /// <value>
    /// Default <see cref="ImageDecoder.MaximumLength"/>, 256 MiB. From 1 to <see cref="ImageDecoder.MaximumLength"/>. About 20 MiB are enough for
    /// photographs.
    /// </value>
    public long MaximumLength { get; init; } = ImageDecoder.MaximumLength;

    /// <summary>Refuses options that are out of range.</summary>
    /// <exception cref="ArgumentException">Lists every option that is out of range: its value, what is allowed.</exception>
    internal void Validate() => OptionErrors.ThrowIfAny(GetValidationErrors());

    private IEnumerable<string> GetValidationErrors()
    {
        if (!(MinimumScore is >= 0 and <= 1))
            yield return Invariant($"MinimumScore is {MinimumScore}; it must be from 0 to 1.");
        if (!(MaximumDistance > 0))
            yield return Invariant($"MaximumDistance is {MaximumDistance}; it must be above 0.");
        if (MaxConcurrency is < 1 or > MostConcurrency)
            yield return Invariant($"MaxConcurrency is {MaxConcurrency}; it must be from 1 to {MostConcurrency}.");
        if (Threads is < 1 or > MostThreads)
            yield return Invariant($"Threads is {Threads}; it must be from 1 to {MostThreads}.");
        if (MaximumLength < 1 || MaximumLength > ImageDecoder.MaximumLength)
            yield return Invariant($"MaximumLength is {MaximumLength}; it must be from 1 to {ImageDecoder.MaximumLength}.");
    }
}
