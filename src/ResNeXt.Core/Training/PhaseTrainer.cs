using System.Diagnostics;
using System.Globalization;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>Trains through the epochs of one phase.</summary>
internal sealed class PhaseTrainer(
    ResidualNetwork network, TrainingOptions options, TrainingPhase phase, PhaseData data, Learner learner, TrainingState state, CheckpointFolder? checkpoints)
{
    private readonly TrainingRecipe _recipe = options.Recipe;
    private readonly Stopwatch _sinceCheckpoint = Stopwatch.StartNew();

    /// <summary>Trains until the phase ends, or the recipe's patience.</summary>
    public void Train(ClassificationLoss loss, CancellationToken cancellation)
    {
        while (state.Epoch <= phase.End && !HasStalled())
        {
            EpochReport report = TrainEpoch(loss, cancellation);
            report = CompleteEpoch(report, cancellation);
            Save();
            state.Report(report);
        }
    }

    private EpochReport CompleteEpoch(EpochReport report, CancellationToken cancellation)
    {
        try
        {
            return learner.WithKeptWeights(() => state.Complete(CheckFinite(Validate(report, cancellation)), network.GetWeights));
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
    }

    // A phase in which only a part learns ends when it was planned to: what stalls there may go on when more is unfrozen.
    private bool HasStalled() => _recipe.EarlyStoppingPatience is { } patience && phase.End == _recipe.MaxEpochs && state.EpochsSinceBest(phase.FirstEpoch) >= patience;

    private EpochReport TrainEpoch(ClassificationLoss loss, CancellationToken cancellation)
    {
        long before = state.Meter.Images;
        learner.StartEpoch();
        var clock = Stopwatch.StartNew();
        foreach (Batch batch in data.Training.Epoch(data.Changes, new(options.Seed, state.Epoch), _recipe.BalancedSampling, state.Batches))
        {
            using (batch)
                AddGradients(batch, loss);
            state.ReportBatch(state.Meter, state.Batches + 1, data.Training.BatchesPerEpoch, _recipe.MaxEpochs, isValidation: false);
            if (++state.Batches % _recipe.GradientAccumulationSteps != 0 && state.Batches < data.Training.BatchesPerEpoch)
                continue;
            learner.Step(RateAt(state.Batches - 1), StepOf(state.Epoch - phase.FirstEpoch, state.Batches - 1));
            if (cancellation.IsCancellationRequested || _sinceCheckpoint.Elapsed > checkpoints?.Interval)
                Save();
            cancellation.ThrowIfCancellationRequested();
        }
        return new EpochReport(
            state.Epoch, _recipe.MaxEpochs, state.Meter.Loss(), state.Meter.Accuracy(), null, null, RateAt(data.Training.BatchesPerEpoch - 1),
            (state.Meter.Images - before) / clock.Elapsed.TotalSeconds, IsBest: false);
    }

    private void AddGradients(Batch batch, ClassificationLoss loss)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = data.Forward(batch.Images);
        Tensor value = loss.Of(logits, batch);
        double mean = value.item<float>();
        if (!double.IsFinite(mean))
            throw Diverged(Invariant($"The loss is {mean} in epoch {state.Epoch}, step {StepOf(0, state.Batches) + 1} of the epoch"), RateAt(state.Batches));
        data.Memory?.Settle();
        (GroupSize() == 1 ? value : value / GroupSize()).backward();
        state.Meter.Add(mean, logits, batch.Labels);
    }

    // The batches of the step that the next batch belongs to: fewer at the end of an epoch.
    private int GroupSize()
    {
        int first = state.Batches / _recipe.GradientAccumulationSteps * _recipe.GradientAccumulationSteps;
        return Math.Min(_recipe.GradientAccumulationSteps, data.Training.BatchesPerEpoch - first);
    }

    private double RateAt(int batch) => _recipe.Schedule.Rate(
        StepOf(state.Epoch - phase.ScheduleFirstEpoch, batch), StepOf(phase.ScheduleEpochs, 0), _recipe.LearningRate);

    private long StepOf(int epochs, int batch)
    {
        long perEpoch = (data.Training.BatchesPerEpoch + _recipe.GradientAccumulationSteps - 1) / _recipe.GradientAccumulationSteps;
        return epochs * perEpoch + batch / _recipe.GradientAccumulationSteps;
    }

    private EpochReport Validate(EpochReport report, CancellationToken cancellation)
    {
        if (data.Validation is null)
            return report;
        var meter = new ClassificationMeter();
        int batches = 0;
        network.eval();
        foreach (Batch batch in data.Validation.InOrder(cancellation))
        {
            using (batch)
            using (NewDisposeScope())
            using (inference_mode())
            {
                Tensor logits = data.Forward(batch.Images);
                meter.Add(nn.functional.cross_entropy(logits, batch.Labels).item<float>(), logits, batch.Labels);
            }
            state.ReportBatch(meter, ++batches, data.Validation.BatchesPerEpoch, _recipe.MaxEpochs, isValidation: true);
        }
        return report with { ValidationLoss = meter.Loss(), ValidationAccuracy = meter.Accuracy() };
    }

    private void Save()
    {
        checkpoints?.Save(state.Save(network.GetWeights(), learner.SaveMemory()));
        _sinceCheckpoint.Restart();
    }

    // The last step of an epoch can ruin the weights after the last loss that would tell.
    private EpochReport CheckFinite(EpochReport report)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isFinite = double.IsFinite(report.ValidationLoss ?? 0)
            && network.state_dict().Values.Where(tensor => tensor.is_floating_point()).All(tensor => tensor.isfinite().all().item<bool>());
        return isFinite ? report : throw Diverged($"The weights are no longer of use at the end of epoch {state.Epoch}, because they or the validation loss are not finite", report.LearningRate);
    }

    private TrainingDivergedException Diverged(string sign, double rate) => new(string.Create(CultureInfo.InvariantCulture,
        $"{sign}, with the learning rate {rate:G4}: training has diverged. "
        + $"Train with a smaller LearningRate, for example {_recipe.LearningRate / 10:G4}{(_recipe.MaxGradientNorm is null ? ", or set MaxGradientNorm, for example to 1" : "")}."));
}
