namespace ResNeXt.MLNet.Experiments;

/// <summary>The ranking that an <see cref="ImageExperiment"/> gives. Owns the model of the best run.</summary>
public sealed class ImageExperimentResult : IDisposable
{
    private readonly ImageExperimentMetric _metric;

    internal ImageExperimentResult(ImageExperimentMetric metric, IReadOnlyList<ImageExperimentRun> runs)
    {
        _metric = metric;
        RunDetails = runs;
        BestRun = runs.FirstOrDefault(run => run.Model is not null);
    }

    /// <summary>The runs, one per candidate, the best first. Candidates that failed or were not finished come last.</summary>
    public IReadOnlyList<ImageExperimentRun> RunDetails { get; }

    /// <summary>The best run, with its model; null if no candidate was finished.</summary>
    public ImageExperimentRun? BestRun { get; }

    /// <summary>Formats the ranking as a table in plain text, which is Markdown too.</summary>
    public string ToTable() => ResultTable.Of(RunDetails);

    /// <summary>
    /// Formats the ranking as JSON: <c>metric</c>, <c>best</c> (the name of a run) and <c>runs</c>. Each run has <c>name</c>, <c>seconds</c> and
    /// either <c>error</c> or <c>accuracy</c>, <c>macroAccuracy</c>, <c>logLoss</c>, <c>logLossReduction</c> and <c>topKAccuracy</c>; networks also
    /// have their settings.
    /// </summary>
    public string ToJson() => ResultJson.Of(_metric, RunDetails, BestRun);

    /// <summary>Disposes of the model of the best run.</summary>
    public void Dispose() => (BestRun?.Model as IDisposable)?.Dispose();
}
