using System.Diagnostics;
using ResNeXt.Core.Imaging;
using ResNeXt.Core.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>Trains a network on labelled images and leaves the best epoch's weights in it.</summary>
public sealed class ClassifierTrainer
{
    private readonly ResidualNetwork _network;
    private readonly PixelNormalization _normalization;
    private readonly TrainingOptions _options;

    /// <summary>Prepares a training.</summary>
    /// <param name="network">What to train; it stays the caller's.</param>
    /// <param name="normalization">What makes pixels the network's inputs.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option is out of range; all mistakes are listed.</exception>
    public ClassifierTrainer(ResidualNetwork network, PixelNormalization normalization, TrainingOptions options)
    {
        options.Validate();
        _network = network;
        _normalization = normalization;
        _options = options;
    }

    /// <summary>Trains. With a validation set the weights of the epoch with the highest validation accuracy (then the lowest loss) are kept, without one the last epoch's.</summary>
    /// <param name="training">Training images, at least 2.</param>
    /// <param name="validation">Validation images, or null.</param>
    /// <param name="progress">Hears of every epoch.</param>
    /// <param name="checkpoints">Where the state is kept after every epoch and resumed from, or null.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>A report per epoch, those before a resumption included.</returns>
    /// <exception cref="ArgumentException">There are fewer than two training images.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<EpochReport> Train(
        IImageSource training, IImageSource? validation = null, IProgress<EpochReport>? progress = null,
        CheckpointFolder? checkpoints = null, CancellationToken cancellation = default)
    {
        if (training.Count < 2)
            throw new ArgumentException($"The training set has {training.Count} images; at least 2 are needed.", nameof(training));
        var loader = new BatchLoader(training, _normalization, _options.BatchSize);
        var validationLoader = validation is null ? null : new BatchLoader(validation, _normalization, _options.BatchSize);
        if (_options.KeepMemory)
            NativeMemory.Keep();
        ChannelsLast.Apply(_network);
        using var optimizer = new MomentumSgd(_network, _options.Momentum, _options.WeightDecay);
        var state = new TrainingState(_network, optimizer);
        checkpoints?.Restore(state);

        for (int epoch = state.Reports.Count + 1; epoch <= _options.MaxEpochs; epoch++)
        {
            EpochReport report = TrainEpoch(loader, optimizer, epoch, cancellation);
            if (validationLoader is not null)
            {
                ClassificationMeter meter = Evaluate(validationLoader, cancellation);
                report = report with { ValidationLoss = meter.Loss, ValidationAccuracy = meter.Accuracy };
            }
            report = state.Complete(report);
            checkpoints?.Save(state);
            progress?.Report(report);
        }
        state.RestoreBest();
        if (_options.KeepMemory)
            NativeMemory.Release();
        return state.Reports;
    }

    private EpochReport TrainEpoch(BatchLoader loader, MomentumSgd optimizer, int epoch, CancellationToken cancellation)
    {
        var meter = new ClassificationMeter();
        long firstStep = (long)(epoch - 1) * loader.BatchesPerEpoch, totalSteps = (long)_options.MaxEpochs * loader.BatchesPerEpoch;
        long step = firstStep, images = 0;
        double rate = 0;
        _network.train();
        var clock = Stopwatch.StartNew();
        foreach (Batch batch in loader.Epoch(epoch, _options.Seed, _options.Augment, cancellation))
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                rate = LearningRateSchedule.WarmUpCosine(step, totalSteps, _options.LearningRate);
                Step(batch, optimizer, meter, step, rate);
                step++;
                images += batch.Count;
            }
        }
        return new EpochReport(epoch, _options.MaxEpochs, meter.Loss, meter.Accuracy, null, null, rate, images / clock.Elapsed.TotalSeconds, IsBest: false);
    }

    private void Step(Batch batch, MomentumSgd optimizer, ClassificationMeter meter, long step, double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.ZeroGradients();
        Tensor logits = _network.call(batch.Images);
        Tensor loss = nn.functional.cross_entropy(logits, batch.Labels);
        double value = loss.item<float>();
        if (!double.IsFinite(value))
            throw new InvalidOperationException($"The loss is {value} at step {step + 1} with the learning rate {rate:G4}: training has diverged. Train with a smaller LearningRate, for example {_options.LearningRate / 10:G4}.");
        loss.backward();
        optimizer.Step(rate);
        meter.Add(value, logits, batch.Labels);
    }

    private ClassificationMeter Evaluate(BatchLoader loader, CancellationToken cancellation)
    {
        var meter = new ClassificationMeter();
        _network.eval();
        foreach (Batch batch in loader.InOrder(cancellation))
        {
            using (batch)
            using (NewDisposeScope())
            using (inference_mode())
            {
                Tensor logits = _network.call(batch.Images);
                meter.Add(nn.functional.cross_entropy(logits, batch.Labels).item<float>(), logits, batch.Labels);
            }
        }
        return meter;
    }
}
