using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Experiments;

/// <summary>
/// Tries candidates until all are tried or the time is over: the caller's estimators once, then the networks in rounds, of which each trains the
/// better third of the one before for three times as many epochs. Keeps the best model and disposes of the others.
/// </summary>
internal sealed class SuccessiveHalving(
    ImageExperimentOptions settings, IEvaluator judge, EpochBudget pace, ExperimentLog log, IProgress<ImageExperimentRun>? progress)
{
    private const int Reduction = 3;

    // The first epoch, with all that is done once, and one alone.
    private const int ProbeEpochs = 2;

    private readonly TimeProvider _time = settings.Time;
    private long _start;
    private ITransformer? _model;
    private Candidate? _best;

    public ImageExperimentResult Run(IReadOnlyList<Candidate> candidates)
    {
        using var over = new CancellationTokenSource(Limit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(settings.CancellationToken, over.Token);
        _start = _time.GetTimestamp();
        try
        {
            Candidate[] estimators = [.. candidates.Where(candidate => candidate.Options is null)];
            for (int i = 0; i < estimators.Length; i++)
                Try(estimators[i], epochs: 1, until: Elapsed + Left / (candidates.Count - i), stop.Token);
            Rounds([.. candidates.Except(estimators)], stop.Token);
        }
        catch
        {
            // Of the caller's: a progress handler that throws.
            (_model as IDisposable)?.Dispose();
            throw;
        }
        return new(settings.OptimizingMetric, [.. Ranked(candidates).Select(candidate => candidate == _best ? candidate.Run with { Model = _model } : candidate.Run)]);
    }

    // Every round gets the same part of the time, and in a round every candidate, so that the first cannot use up what the others need.
    private void Rounds(IReadOnlyList<Candidate> round, CancellationToken stop)
    {
        int[] epochs = [.. EpochsOfRounds()];
        for (int number = 0; number < epochs.Length; number++)
        {
            TimeSpan end = Elapsed + Left / (epochs.Length - number);
            for (int i = 0; i < round.Count; i++)
                Train(round[i], epochs[number], until: Elapsed + (end - Elapsed) / (round.Count - i), stop);
            round = [.. Ranked(round.Where(candidate => candidate.Run.ValidationMetrics is not null)).Take((round.Count + Reduction - 1) / Reduction)];
        }
    }

    private IEnumerable<int> EpochsOfRounds()
    {
        for (long epochs = settings.MinEpochs; epochs < settings.MaxEpochs; epochs *= Reduction)
            yield return (int)epochs;
        yield return settings.MaxEpochs;
    }

    // A training that would not fit is shortened, but one that is no longer than that of the round before is no use.
    private void Train(Candidate candidate, int wanted, TimeSpan until, CancellationToken stop)
    {
        // The first network of all has nothing to be foreseen from: a short training shows.
        if (wanted > ProbeEpochs && pace.EpochsWithin(until - Elapsed, wanted, candidate) is null)
        {
            Try(candidate, ProbeEpochs, until, stop);
            if (candidate.Cost is null)
                return;
        }
        int epochs = pace.EpochsWithin(until - Elapsed, wanted, candidate) ?? wanted;
        if (epochs > (candidate.Run.Epochs ?? 0))
            Try(candidate, epochs, until, stop);
        pace.Learn(candidate);
    }

    private void Try(Candidate candidate, int epochs, TimeSpan until, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            Fail(candidate, Stopped("was not tried"), seconds: 0);
            return;
        }
        long start = _time.GetTimestamp();
        using IDisposable running = log.Start(candidate, epochs, share: until - Elapsed);
        (MulticlassClassificationMetrics Metrics, ITransformer Model) judged;
        try
        {
            judged = RowErrors.Unwrapped(() => judge.Judge(candidate.Estimator(epochs, stop), stop));
        }
        catch (Exception exception)
        {
            bool isStopped = exception is OperationCanceledException && stop.IsCancellationRequested;
            Fail(candidate, isStopped ? Stopped("was not finished") : exception, _time.GetElapsedTime(start).TotalSeconds);
            return;
        }
        Finish(candidate, judged.Metrics, judged.Model, epochs, _time.GetElapsedTime(start).TotalSeconds);
    }

    private void Finish(Candidate candidate, MulticlassClassificationMetrics metrics, ITransformer model, int epochs, double seconds)
    {
        bool isBest = _best is null || settings.OptimizingMetric.IsBetter(metrics, _best.Run.ValidationMetrics);
        bool isBetter = candidate.Run.ValidationMetrics is null || settings.OptimizingMetric.IsBetter(metrics, candidate.Run.ValidationMetrics);
        var run = new ImageExperimentRun
        {
            TrainerName = candidate.Run.TrainerName,
            ValidationMetrics = metrics,
            RuntimeInSeconds = seconds,
            Epochs = candidate.Options is null ? null : epochs,
            TrainerOptions = candidate.Options is null ? null : candidate.Options with { MaxEpochs = epochs },
        };
        candidate.Finished(run, epochs, isBetter);
        ITransformer? other = isBest ? _model : model;
        if (isBest)
            (_best, _model) = (candidate, model);
        (other as IDisposable)?.Dispose();
        progress?.Report(candidate.Run);
    }

    private void Fail(Candidate candidate, Exception exception, double seconds)
    {
        candidate.Failed(exception, seconds);
        // After an earlier success nothing has changed.
        if (candidate.Run.Exception is not null)
            progress?.Report(candidate.Run);
    }

    private Exception Stopped(string what) => settings.CancellationToken.IsCancellationRequested
        ? new OperationCanceledException($"This candidate {what}: the experiment was cancelled.", settings.CancellationToken)
        : new TimeoutException($"This candidate {what}: the time of {settings.MaxExperimentTimeInSeconds} s was over. "
            + "Allow more, or try fewer candidates or smaller images.");

    private TimeSpan Limit => TimeSpan.FromSeconds(settings.MaxExperimentTimeInSeconds);

    private TimeSpan Elapsed => _time.GetElapsedTime(_start);

    private TimeSpan Left => Elapsed < Limit ? Limit - Elapsed : TimeSpan.Zero;

    private IOrderedEnumerable<Candidate> Ranked(IEnumerable<Candidate> candidates) => candidates
        .OrderBy(candidate => candidate.Run.ValidationMetrics is null)
        .ThenByDescending(candidate => settings.OptimizingMetric.Merit(candidate.Run.ValidationMetrics))
        .ThenByDescending(candidate => candidate == _best);
}
