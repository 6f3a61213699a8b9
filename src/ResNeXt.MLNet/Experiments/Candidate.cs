using Microsoft.ML;
using ResNeXt.MLNet.Experiments.Timing;

namespace ResNeXt.MLNet.Experiments;

/// <summary>A candidate of an experiment, with the best result of its trainings so far.</summary>
internal sealed class Candidate
{
    private readonly Func<int, CancellationToken, IEstimator<ITransformer>> _estimator;
    private EpochTimer? _timer;

    /// <summary>Makes a candidate from an estimator of the user's.</summary>
    /// <param name="name">The name of the candidate.</param>
    /// <param name="estimator">The estimator.</param>
    public Candidate(string name, IEstimator<ITransformer> estimator)
    {
        _estimator = (_, _) => estimator;
        Run = new() { TrainerName = name };
    }

    /// <summary>Makes a candidate from the options of a network.</summary>
    /// <param name="name">The name of the candidate.</param>
    /// <param name="options">The options.</param>
    /// <param name="trainer">Makes a trainer from options.</param>
    /// <param name="time">The clock.</param>
    public Candidate(string name, ResNeXtTrainer.Options options, Func<ResNeXtTrainer.Options, IEstimator<ITransformer>> trainer, TimeProvider time)
    {
        _estimator = (epochs, stop) =>
        {
            _timer = new EpochTimer(time, options.Progress);
            return trainer(options with { MaxEpochs = epochs, CancellationToken = stop, Progress = _timer });
        };
        Options = options;
        Run = new() { TrainerName = name };
    }

    /// <summary>The options of a network; null for an estimator of the user's, which has no epochs and cannot be stopped.</summary>
    public ResNeXtTrainer.Options? Options { get; }

    /// <summary>The best training so far, with the seconds of all.</summary>
    public ImageExperimentRun Run { get; private set; }

    /// <summary>The number of epochs of the last training that ended; 0 if there was none.</summary>
    public int LastEpochs { get; private set; }

    /// <summary>The time that the last training took; null if there was none.</summary>
    public TrainingCost? Cost { get; private set; }

    /// <summary>Makes the estimator to fit.</summary>
    /// <param name="epochs">The number of epochs to train a network for.</param>
    /// <param name="stop">Stops the training of a network.</param>
    public IEstimator<ITransformer> Estimator(int epochs, CancellationToken stop) => _estimator(epochs, stop);

    /// <summary>Adds a training that has ended.</summary>
    /// <param name="run">The result of the training.</param>
    /// <param name="epochs">The number of its epochs.</param>
    /// <param name="isBetter">Whether the result is better than the best so far.</param>
    public void AddResult(ImageExperimentRun run, int epochs, bool isBetter)
    {
        LastEpochs = epochs;
        Cost = TrainingCost.Of(run.RuntimeInSeconds, epochs, _timer?.SecondsPerEpoch);
        double seconds = Run.RuntimeInSeconds + run.RuntimeInSeconds;
        Run = (isBetter ? run : Run) with { RuntimeInSeconds = seconds };
    }

    /// <summary>Adds a training that has failed. Its exception is kept only if there is no result.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="seconds">The seconds until then.</param>
    public void AddFailure(Exception exception, double seconds) => Run = Run with
    {
        Exception = Run.ValidationMetrics is null ? exception : null,
        RuntimeInSeconds = Run.RuntimeInSeconds + seconds,
    };
}
