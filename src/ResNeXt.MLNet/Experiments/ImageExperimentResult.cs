namespace ResNeXt.MLNet.Experiments;

/// <summary>The outcome of an experiment; owns the best run's model.</summary>
public sealed class ImageExperimentResult : IDisposable
{
    private readonly ImageExperimentMetric _metric;

    internal ImageExperimentResult(ImageExperimentMetric metric, IReadOnlyList<ImageExperimentRun> runs)
    {
        _metric = metric;
        RunDetails = runs;
        BestRun = runs.FirstOrDefault(run => run.Model is not null);
    }

    /// <summary>A run per candidate, the best first; those that failed or were not finished are last.</summary>
    public IReadOnlyList<ImageExperimentRun> RunDetails { get; }

    /// <summary>The run that ranks first, with its model; null where none was finished.</summary>
    public ImageExperimentRun? BestRun { get; }

    /// <summary>The ranking as a table of text, or of Markdown, which is the same.</summary>
    public string ToTable() => ResultTable.Of(RunDetails);

    /// <summary>
    /// The ranking as JSON: <c>metric</c>, <c>best</c> (a name) and <c>runs</c>, each with <c>name</c>, <c>seconds</c> and either <c>error</c> or
    /// <c>accuracy</c>, <c>macroAccuracy</c>, <c>logLoss</c>, <c>logLossReduction</c> and <c>topKAccuracy</c>; networks also with their settings.
    /// </summary>
    public string ToJson() => ResultJson.Of(_metric, RunDetails, BestRun);

    /// <summary>Disposes of the best run's model.</summary>
    public void Dispose() => (BestRun?.Model as IDisposable)?.Dispose();
}
