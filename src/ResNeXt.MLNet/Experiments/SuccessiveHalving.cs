using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Experiments.Evaluation;
using ResNeXt.MLNet.Experiments.Timing;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Experiments;

/// <summary>
/// Searches for the best candidate within a time limit, by successive halving: fits the user's estimators once, then trains the networks in rounds.
/// Each round trains the best third of the round before for three times as many epochs. Keeps the best model and disposes of the others.
/// </summary>
/// <param name="options">The experiment's options.</param>
/// <param name="evaluator">Fits and evaluates candidates.</param>
/// <param name="budget">Predicts how many epochs fit into a time.</param>
/// <param name="log">The log.</param>
/// <param name="progress">The listener for trainings; null for none.</param>
internal sealed class SuccessiveHalving(
    ImageExperimentOptions options, IEvaluator evaluator, EpochBudget budget, ExperimentLog log, IProgress<ImageExperimentRun>? progress)
{
    private const int Reduction = 3;

    // Two epochs tell the time of one epoch from the time that a training needs only once.
    private const int ProbeEpochs = 2;

    private readonly TimeProvider _time = options.Time;
    private readonly MetricComparer _comparer = new(options.OptimizingMetric);
    private long _start;
    private ITransformer? _model;
    private Candidate? _best;

    /// <summary>Runs the search.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <returns>The ranking; the caller disposes of it.</returns>
    public ImageExperimentResult Run(IReadOnlyList<Candidate> candidates)
    {
        using var timeOver = new CancellationTokenSource(Limit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, timeOver.Token);
        _start = _time.GetTimestamp();
        try
        {
            Candidate[] estimators = [.. candidates.Where(candidate => candidate.Options is null)];
            for (int i = 0; i < estimators.Length; i++)
                Try(estimators[i], epochs: 1, until: Elapsed + Left / (candidates.Count - i), stop.Token);
            RunRounds([.. candidates.Except(estimators)], stop.Token);
        }
        catch
        {
            // Candidates that fail do not end the search; this is an exception of the user's progress handler.
            (_model as IDisposable)?.Dispose();
            throw;
        }
        IEnumerable<ImageExperimentRun> runs = Ranked(candidates)
            .Select(candidate => candidate == _best ? candidate.Run with { Model = _model } : candidate.Run);
        return new(options.OptimizingMetric, [.. runs]);
    }

    // All rounds get the same share of the time, and so do all candidates of a round: otherwise the first would use up the time of the others.
    private void RunRounds(IReadOnlyList<Candidate> round, CancellationToken stop)
    {
        int[] epochs = [.. EpochsOfRounds()];
        for (int number = 0; number < epochs.Length; number++)
        {
            TimeSpan end = Elapsed + Left / (epochs.Length - number);
            for (int i = 0; i < round.Count; i++)
                Train(round[i], epochs[number], until: Elapsed + (end - Elapsed) / (round.Count - i), stop);
            IEnumerable<Candidate> finished = Ranked(round.Where(candidate => candidate.Run.ValidationMetrics is not null));
            round = [.. finished.Take((round.Count + Reduction - 1) / Reduction)];
        }
    }

    private IEnumerable<int> EpochsOfRounds()
    {
        for (long epochs = options.MinEpochs; epochs < options.MaxEpochs; epochs *= Reduction)
            yield return (int)epochs;
        yield return options.MaxEpochs;
    }

    // A training that would take too long is shortened, and left out if it would then be no longer than the one of the round before.
    private void Train(Candidate candidate, int wanted, TimeSpan until, CancellationToken stop)
    {
        // For the first network there is nothing to predict from yet; a short training shows how long it takes.
        if (wanted > ProbeEpochs && EpochsUntil(until, wanted, candidate) is null)
        {
            Try(candidate, ProbeEpochs, until, stop);
            if (candidate.Cost is null)
                return;
        }
        int epochs = EpochsUntil(until, wanted, candidate) ?? wanted;
        if (epochs > candidate.LastEpochs)
            Try(candidate, epochs, until, stop);
        budget.Learn(candidate.Cost, candidate.Options!);
    }

    private int? EpochsUntil(TimeSpan until, int wanted, Candidate candidate) =>
        budget.EpochsWithin(until - Elapsed, wanted, candidate.Cost, candidate.Options!);

    private void Try(Candidate candidate, int epochs, TimeSpan until, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            Fail(candidate, Stopped("was not tried"), seconds: 0);
            return;
        }
        long start = _time.GetTimestamp();
        using IDisposable warning = log.Start(candidate, epochs, share: until - Elapsed);
        (MulticlassClassificationMetrics Metrics, ITransformer Model) evaluated;
        try
        {
            evaluated = RowErrors.Unwrapped(() => evaluator.Evaluate(candidate.Estimator(epochs, stop), stop));
        }
        catch (Exception exception)
        {
            bool isStopped = exception is OperationCanceledException && stop.IsCancellationRequested;
            Fail(candidate, isStopped ? Stopped("was not finished") : exception, _time.GetElapsedTime(start).TotalSeconds);
            return;
        }
        Finish(candidate, evaluated.Metrics, evaluated.Model, epochs, _time.GetElapsedTime(start).TotalSeconds);
    }

    private void Finish(Candidate candidate, MulticlassClassificationMetrics metrics, ITransformer model, int epochs, double seconds)
    {
        bool isBest = _best is null || _comparer.Compare(metrics, _best.Run.ValidationMetrics) > 0;
        bool isBetter = candidate.Run.ValidationMetrics is null || _comparer.Compare(metrics, candidate.Run.ValidationMetrics) > 0;
        var run = new ImageExperimentRun
        {
            TrainerName = candidate.Run.TrainerName,
            ValidationMetrics = metrics,
            RuntimeInSeconds = seconds,
            Epochs = candidate.Options is null ? null : epochs,
            TrainerOptions = candidate.Options is null ? null : candidate.Options with { MaxEpochs = epochs },
        };
        candidate.AddResult(run, epochs, isBetter);
        ITransformer? other = isBest ? _model : model;
        if (isBest)
            (_best, _model) = (candidate, model);
        (other as IDisposable)?.Dispose();
        progress?.Report(candidate.Run);
    }

    private void Fail(Candidate candidate, Exception exception, double seconds)
    {
        candidate.AddFailure(exception, seconds);
        // A candidate with an earlier result keeps it, so there is nothing to report.
        if (candidate.Run.Exception is not null)
            progress?.Report(candidate.Run);
    }

    private Exception Stopped(string what) => options.CancellationToken.IsCancellationRequested
        ? new OperationCanceledException($"This candidate {what}: the experiment was canceled.", options.CancellationToken)
        : new TimeoutException($"This candidate {what}: the time of {options.MaxExperimentTimeInSeconds} s was over. "
            + "Allow more, or try fewer candidates or smaller images.");

    private TimeSpan Limit => TimeSpan.FromSeconds(options.MaxExperimentTimeInSeconds);

    private TimeSpan Elapsed => _time.GetElapsedTime(_start);

    private TimeSpan Left => Elapsed < Limit ? Limit - Elapsed : TimeSpan.Zero;

    private IOrderedEnumerable<Candidate> Ranked(IEnumerable<Candidate> candidates) => candidates
        .OrderBy(candidate => candidate.Run.ValidationMetrics is null)
        .ThenByDescending(candidate => candidate.Run.ValidationMetrics, _comparer)
        .ThenByDescending(candidate => candidate == _best);
}
