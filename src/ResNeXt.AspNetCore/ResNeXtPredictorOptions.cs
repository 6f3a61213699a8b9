using ResNeXt.MLNet;
using ResNeXt.MLNet.Images;
using static System.FormattableString;

namespace ResNeXt.AspNetCore;

/// <summary>The options of <c>services.AddResNeXtPredictor</c>.</summary>
public sealed class ResNeXtPredictorOptions
{
    private const int MostThreads = 1024, MostConcurrency = 10_000;

    /// <summary>The path of the model, a file that <c>mlContext.Model.Save</c> wrote.</summary>
    /// <value>Default <c>model.zip</c> in the current folder.</value>
    public string ModelPath { get; set; } = "model.zip";

    /// <summary>
    /// Whether the model is loaded again when its file changes. Requests are answered by the old model until the new one is loaded and has scored an
    /// image; if it cannot be loaded, the old one stays and a warning is logged.
    /// </summary>
    /// <value>Default true.</value>
    public bool ReloadOnChange { get; set; } = true;

    /// <summary>The time between two looks at the file. A changed file is loaded when two looks in a row have found it the same.</summary>
    /// <value>Default one second. From 10 milliseconds to one day.</value>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="PredictorOptions.MinimumScore"/>
    /// <value>Default 0: every prediction has a label. From 0 to 1.</value>
    public float MinimumScore { get; set; }

    /// <inheritdoc cref="PredictorOptions.MaximumDistance"/>
    /// <value>Default 1. Above 0; <see cref="float.PositiveInfinity"/> for labels at any distance.</value>
    public float MaximumDistance { get; set; } = 1;

    /// <summary>The number of classes in an answer, if the request does not say otherwise with <c>?top=K</c>.</summary>
    /// <value>Default 5. At least 1.</value>
    public int Top { get; set; } = 5;

    /// <summary>The number of images that are decoded and scored at the same time; further images wait.</summary>
    /// <value>Default the number of processors; from 1 to 10,000.</value>
    public int MaxConcurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// The number of requests that are received, waiting or answered at the same time, each of which may hold one image in memory. Further requests
    /// are refused with the status 429.
    /// </summary>
    /// <value>Default eight per processor. At least 1.</value>
    public int MaxRequests { get; set; } = 8 * Environment.ProcessorCount;

    /// <summary>The time after which a client that was refused should try again, sent as <c>Retry-After</c> in whole seconds.</summary>
    /// <value>Default one second. From one second to one day.</value>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The time that a request may take, from its first byte to its answer.</summary>
    /// <value>Default 30 seconds. From 10 milliseconds to one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of threads that compute an image together.</summary>
    /// <value>
    /// Default null: one for each core, but no more than the processors that the process may use, which a container may limit. From 1 to 1024.
    /// </value>
    public int? Threads { get; set; }

    /// <summary>The largest image file, in bytes.</summary>
    /// <value>Default 20 MiB. From 1 to <see cref="ImageDecoder.MaximumLength"/>.</value>
    public long MaximumLength { get; set; } = 20L << 20;

    /// <summary>The largest body of a request, in bytes. A form may have several images.</summary>
    /// <value>Default 100 MiB. At least <see cref="MaximumLength"/>.</value>
    public long MaximumRequestLength { get; set; } = 100L << 20;

    /// <summary>The largest number of images in a form.</summary>
    /// <value>Default 32. At least 1.</value>
    public int MaximumImages { get; set; } = 32;

    internal PredictorOptions ToPredictorOptions() => new()
    {
        MinimumScore = MinimumScore,
        MaximumDistance = MaximumDistance,
        MaxConcurrency = MaxConcurrency,
        Threads = Threads,
        MaximumLength = MaximumLength,
    };

    internal IEnumerable<string> GetValidationErrors()
    {
        if (string.IsNullOrWhiteSpace(ModelPath))
            yield return "ModelPath is empty; give the path of a saved model.";
        if (!(MinimumScore is >= 0 and <= 1))
            yield return Invariant($"MinimumScore is {MinimumScore}; it must be from 0 to 1.");
        if (!(MaximumDistance > 0))
            yield return Invariant($"MaximumDistance is {MaximumDistance}; it must be above 0.");
        foreach ((string name, int value) in new[] { (nameof(Top), Top), (nameof(MaxRequests), MaxRequests), (nameof(MaximumImages), MaximumImages) })
        {
            if (value < 1)
                yield return Invariant($"{name} is {value}; it must be at least 1.");
        }
        if (MaxConcurrency is < 1 or > MostConcurrency)
            yield return Invariant($"MaxConcurrency is {MaxConcurrency}; it must be from 1 to {MostConcurrency}.");
        if (Threads is < 1 or > MostThreads)
            yield return Invariant($"Threads is {Threads}; it must be from 1 to {MostThreads}.");
        if (IsOutside(ReloadInterval, TimeSpan.FromMilliseconds(10)))
            yield return $"ReloadInterval is {ReloadInterval}; it must be from 10 milliseconds to one day.";
        if (IsOutside(Timeout, TimeSpan.FromMilliseconds(10)))
            yield return $"Timeout is {Timeout}; it must be from 10 milliseconds to one day.";
        if (IsOutside(RetryAfter, TimeSpan.FromSeconds(1)))
            yield return $"RetryAfter is {RetryAfter}; it must be from one second to one day.";
        if (MaximumLength < 1 || MaximumLength > ImageDecoder.MaximumLength)
            yield return Invariant($"MaximumLength is {MaximumLength}; it must be from 1 to {ImageDecoder.MaximumLength}.");
        if (MaximumRequestLength < MaximumLength)
            yield return Invariant($"MaximumRequestLength is {MaximumRequestLength}; it must be at least MaximumLength, {MaximumLength}.");
    }

    private static bool IsOutside(TimeSpan value, TimeSpan minimum) => value < minimum || value > TimeSpan.FromDays(1);
}
