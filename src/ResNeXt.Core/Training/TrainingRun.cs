using System.Diagnostics;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Distributed;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>One run of training: the loop over phases, epochs and batches.</summary>
/// <param name="network">The network, on the device of <paramref name="computation"/>.</param>
/// <param name="datasets">The images, checked for the network.</param>
/// <param name="options">The options, checked for the network.</param>
/// <param name="computation">The device and the type to compute in.</param>
/// <param name="state">The progress of the run, which the caller reads when the run ends, however it ends.</param>
/// <param name="checkpoints">The folder to resume from and to save to, or null; in a group only rank 0 has one.</param>
/// <param name="group">The processes that train together; null for this one alone.</param>
internal sealed class TrainingRun(
    ResidualNetwork network, TrainingDatasets datasets, TrainingOptions options, Computation computation, TrainingState state,
    CheckpointFolder? checkpoints, TrainingGroup? group = null)
{
    private readonly TrainingRecipe _recipe = options.Recipe;
    private readonly Stopwatch _sinceCheckpoint = Stopwatch.StartNew();

    // Whether the last checkpoint was saved, so that a full disk leads to one warning.
    private bool _isSaving = true;

    /// <summary>Trains, from the newest checkpoint if there is one. The best weights are in the state afterwards.</summary>
    /// <param name="cancellation">Ends the run between two updates, after a checkpoint.</param>
    public void Train(CancellationToken cancellation)
    {
        Checkpoint? saved = Resume();
        foreach (TrainingPhase phase in TrainingPhase.Of(_recipe, network.Parts).SkipWhile(phase => phase.End < state.Epoch))
        {
            using PhaseData data = PhaseData.Of(phase, network, datasets, options, computation, cancellation, group);
            FoldedNormalization.Restore(network, data, state.Epoch);
            if (_recipe.FineTuning is { Interpolation: not null } && phase.FirstEpoch > 1)
                state.StartWeights ??= network.GetWeights();
            if (saved is not null && !saved.IsWithin(phase))
                saved = null;
            if (saved is null && phase.OnFeatures && _recipe.FineTuning is { DiscriminantHead: true })
                LinearDiscriminantAnalysis.SetHead(network, data.FeaturesWithMirrorImages(network, cancellation), _recipe);
            using var step = new TrainingStep(network, _recipe, data.Phase, computation);
            using StepExchange? exchange = group?.ExchangeFor(network, step);
            if (saved is not null)
                step.RestoreState(saved.OptimizerState);
            saved = null;
            var schedule = new StepSchedule(_recipe, phase, data.Training.BatchesPerEpoch);

            while (state.Epoch <= phase.End && !HasStalled(phase))
            {
                EpochReport report = TrainEpoch(data, step, exchange, schedule, cancellation);
                report = ValidateAndKeepBest(report, data, step, cancellation);
                Save(step);
                state.ReportEpoch(report);
            }
        }
    }

    private EpochReport TrainEpoch(PhaseData data, TrainingStep step, StepExchange? exchange, StepSchedule schedule, CancellationToken cancellation)
    {
        long imagesBefore = state.Meter.Images;
        var clock = Stopwatch.StartNew();
        step.SetTrainingMode();
        using IEnumerator<Batch> batches = data.TrainingEpoch(state.Epoch, state.Batches, group?.Share).GetEnumerator();
        while (state.Batches < data.Training.BatchesPerEpoch)
        {
            int first = state.Batches;
            foreach (BatchResult result in AddGradients(batches, step, exchange, schedule.BatchesInStep(first)))
            {
                ThrowIfNotFinite(result, schedule);
                state.AddBatch(result, data.Training.BatchesPerEpoch);
            }
            step.UpdateWeights(schedule.Rate(state.Epoch, first), schedule.StepOfPhase(state.Epoch, first));
            if (cancellation.IsCancellationRequested || _sinceCheckpoint.Elapsed > checkpoints?.Interval)
                Save(step);
            cancellation.ThrowIfCancellationRequested();
        }
        return new EpochReport(
            state.Epoch, _recipe.MaxEpochs, state.Meter.Loss(), state.Meter.Accuracy(), ValidationLoss: null, ValidationAccuracy: null,
            schedule.LastRate(state.Epoch), (state.Meter.Images - imagesBefore) / clock.Elapsed.TotalSeconds, IsBest: false);
    }

    // The results of all batches of a step, including those that other processes compute.
    private IEnumerable<BatchResult> AddGradients(IEnumerator<Batch> batches, TrainingStep step, StepExchange? exchange, int count)
    {
        if (exchange is null)
            return AddOwnGradients(batches, step, count, BatchShare.All);
        exchange.Begin(count);
        return exchange.End([.. AddOwnGradients(batches, step, count, group!.Share, exchange)]);
    }

    private static IEnumerable<BatchResult> AddOwnGradients(
        IEnumerator<Batch> batches, TrainingStep step, int count, BatchShare share, StepExchange? exchange = null)
    {
        foreach (int _ in share.Of(0, count))
        {
            batches.MoveNext();
            using Batch batch = batches.Current;
            exchange?.BeginBatch();
            yield return step.AddGradients(batch, count);
        }
    }

    private EpochReport ValidateAndKeepBest(EpochReport report, PhaseData data, TrainingStep step, CancellationToken cancellation)
    {
        try
        {
            return step.WithAveragedWeights(() =>
            {
                using NetworkSnapshot? learned = Interpolate();
                report = Validate(report, data, step, cancellation);
                // First, so that all processes fail alike if the weights of only some are not finite.
                group?.CompareWeights(network);
                ThrowIfNotFinite(report);
                return state.CompleteEpoch(report, network.GetWeights);
            });
        }
        catch (OperationCanceledException)
        {
            Save(step);
            throw;
        }
    }

    // Disposing of the snapshot brings the learned weights back.
    private NetworkSnapshot? Interpolate()
    {
        if (state.StartWeights is not { } start || _recipe.FineTuning is not { Interpolation: { } fraction })
            return null;
        var learned = new NetworkSnapshot(network);
        network.SetWeights(WeightInterpolation.Between(start, network.GetWeights(), fraction));
        return learned;
    }

    private EpochReport Validate(EpochReport report, PhaseData data, TrainingStep step, CancellationToken cancellation)
    {
        if (data.Validation is null)
            return report;
        var meter = new ClassificationMeter();
        List<BatchResult> results = [];
        network.eval();
        foreach (Batch batch in data.Validation.InOrder(cancellation, group?.Share))
        {
            using (batch)
                results.Add(step.Evaluate(batch));
            meter.Add(results[^1]);
            // The others are about as far.
            int batches = Math.Min(results.Count * (group?.Share.Size ?? 1), data.Validation.BatchesPerEpoch);
            state.ReportBatch(meter, batches, data.Validation.BatchesPerEpoch, isValidation: true);
        }
        if (group is not null)
            meter = ClassificationMeter.Of(group.ResultsOfAll(results));
        return report with { ValidationLoss = meter.Loss(), ValidationAccuracy = meter.Accuracy() };
    }

    // Early stopping. A phase in which only a part learns runs to its end: progress may go on when more is unfrozen.
    private bool HasStalled(TrainingPhase phase) => _recipe.EarlyStoppingPatience is { } patience
        && phase.End == _recipe.MaxEpochs && state.EpochsSinceBest(phase.FirstEpoch) >= patience;

    private Checkpoint? Resume()
    {
        int mostBatches = (datasets.Training.Count + _recipe.BatchSize - 1) / _recipe.BatchSize;
        Checkpoint? saved = checkpoints?.Newest(state.Warn, new CheckpointCheck(network, _recipe, mostBatches).FindError);
        if (group is not null)
            saved = group.Broadcast(saved);
        if (saved is not null)
        {
            state.Restore(saved);
            network.SetWeights(saved.Weights);
        }
        return saved;
    }

    // A checkpoint guards against an interruption that may never come, so one that cannot be saved does not end the training.
    private void Save(TrainingStep step)
    {
        if (checkpoints is null)
            return;
        try
        {
            checkpoints.Save(state.ToCheckpoint(network.GetWeights(), step.SaveState()));
            _isSaving = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (_isSaving)
                state.Warn($"In epoch {state.Epoch} a checkpoint could not be saved: {exception.Message.TrimEnd('.')}. Training goes on without it.");
            _isSaving = false;
        }
        _sinceCheckpoint.Restart();
    }

    private void ThrowIfNotFinite(BatchResult result, StepSchedule schedule)
    {
        if (!double.IsFinite(result.Loss))
        {
            throw Diverged(
                Invariant($"The loss is {result.Loss} in epoch {state.Epoch}, step {schedule.StepOfEpoch(state.Batches) + 1} of the epoch"),
                schedule.Rate(state.Epoch, state.Batches));
        }
    }

    // The last update of an epoch can ruin the weights without another training loss to show it.
    private void ThrowIfNotFinite(EpochReport report)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isFinite = double.IsFinite(report.ValidationLoss ?? 0)
            && network.state_dict().Values.Where(tensor => tensor.is_floating_point()).All(tensor => tensor.isfinite().all().item<bool>());
        if (!isFinite)
        {
            throw Diverged(
                $"The weights are unusable at the end of epoch {state.Epoch}, because they or the validation loss are not finite",
                report.LearningRate);
        }
    }

    private TrainingDivergedException Diverged(string sign, double rate)
    {
        string clipping = _recipe.MaxGradientNorm is null ? ", or set MaxGradientNorm, for example to 1" : "";
        return new(Invariant($"{sign}, with the learning rate {rate:G4}: training has diverged. ")
            + Invariant($"Train with a smaller LearningRate, for example {_recipe.LearningRate / 10:G4}{clipping}."));
    }
}
