using Microsoft.ML;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Something to try, and what came of it so far.</summary>
internal sealed class Candidate
{
    private readonly Func<int, CancellationToken, IEstimator<ITransformer>> _estimator;
    private EpochClock? _clock;

    /// <summary>An estimator of the caller's.</summary>
    public Candidate(string name, IEstimator<ITransformer> estimator)
    {
        _estimator = (_, _) => estimator;
        Run = new() { TrainerName = name };
    }

    /// <summary>A network.</summary>
    public Candidate(string name, ResNeXtTrainer.Options options, Func<ResNeXtTrainer.Options, IEstimator<ITransformer>> trainer, TimeProvider time)
    {
        _estimator = (epochs, stop) =>
        {
            _clock = new EpochClock(time, options.Progress);
            return trainer(options with { MaxEpochs = epochs, CancellationToken = stop, Progress = _clock });
        };
        Options = options;
        Run = new() { TrainerName = name };
    }

    /// <summary>The settings of a network; null for an estimator of the caller's, which has no epochs and cannot be stopped.</summary>
    public ResNeXtTrainer.Options? Options { get; }

    /// <summary>Its best training so far, with the seconds of all.</summary>
    public ImageExperimentRun Run { get; private set; }

    /// <summary>What its last training took; null before.</summary>
    public Cost? Cost { get; private set; }

    /// <summary>What to fit: a trainer that ends after that many epochs, or when told to stop.</summary>
    public IEstimator<ITransformer> Estimator(int epochs, CancellationToken stop) => _estimator(epochs, stop);

    /// <summary>Takes note of a training that was finished; <paramref name="isBetter"/> compares it with the best so far.</summary>
    public void Finished(ImageExperimentRun run, int epochs, bool isBetter)
    {
        Cost = Cost.Of(run.RuntimeInSeconds, epochs, _clock?.SecondsPerEpoch);
        double seconds = Run.RuntimeInSeconds + run.RuntimeInSeconds;
        Run = (isBetter ? run : Run) with { RuntimeInSeconds = seconds };
    }

    /// <summary>Takes note of one that was not; it counts only where there is no other.</summary>
    public void Failed(Exception exception, double seconds) => Run = Run with
    {
        Exception = Run.ValidationMetrics is null ? exception : null,
        RuntimeInSeconds = Run.RuntimeInSeconds + seconds,
    };
}
