using ResNeXt.Core.Images;
using ResNeXt.Core.Machine;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training;

/// <summary>Trains a network on labelled images and leaves the best epoch's weights in it, and the network in evaluation mode.</summary>
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
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateFor(network);
        _network = network;
        _normalization = normalization;
        _options = options;
    }

    /// <summary>
    /// Trains. With a validation set the weights of the epoch with the highest validation accuracy (then the lowest loss) are kept, without one the last
    /// epoch's. A loss that is no longer finite ends the training with a warning, and with the weights kept so far.
    /// </summary>
    /// <param name="training">Training images, at least 2.</param>
    /// <param name="validation">Validation images, or null.</param>
    /// <param name="monitor">Hears how it goes; null for nobody.</param>
    /// <param name="checkpoints">Where states are kept and resumed from, or null.</param>
    /// <param name="cancellation">Abandons the training between two steps.</param>
    /// <param name="stop">
    /// Ends the training early between two steps, with a warning, and with the weights kept so far. Like a cancellation where no epoch has ended.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two training images or no validation image, images have other channels than the network or a class that it does not have,
    /// or the recipe has a patience and there is no validation set.
    /// </exception>
    /// <exception cref="InvalidOperationException">The device is a GPU that is not there; or the checkpoints belong to another run.</exception>
    /// <exception cref="InvalidDataException">There are checkpoints to resume from, and all are damaged.</exception>
    /// <exception cref="Machine.UnsoundComputationException">libtorch computes wrongly on this machine, and nothing helps.</exception>
    /// <exception cref="TrainingDivergedException">The loss was not finite before the first epoch had ended.</exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled, or stopped before the first epoch had ended; the state is in the checkpoint folder, if there is one.
    /// </exception>
    public TrainingResult Train(
        IImageDataset training, IImageDataset? validation = null, TrainingCallbacks? monitor = null,
        CheckpointFolder? checkpoints = null, CancellationToken cancellation = default, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var sets = new TrainingDatasets(training, validation, _normalization);
        sets.CheckFor(_network);
        if (_options.Recipe.EarlyStoppingPatience is { } patience && validation is null)
            throw new ArgumentException($"EarlyStoppingPatience is {patience}, but there is no validation set to tell whether an epoch was better. Add one, or leave EarlyStoppingPatience out.", nameof(validation));
        var state = new TrainingState(monitor ?? new());
        using var scope = new TorchScope();
        using var workplace = new DeviceScope(_network, _options, state.Warn);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stop);
        try
        {
            Train(sets, workplace.Computation, state, checkpoints, either.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            state.Warn(Stopped(state, stop));
        }
        if (state.BestWeights is { } best)
            _network.SetWeights(best);
        return new TrainingResult(state.Reports, state.Warnings, workplace.Computation.Precision);
    }

    private void Train(TrainingDatasets sets, Computation computation, TrainingState state, CheckpointFolder? checkpoints, CancellationToken cancellation)
    {
        try
        {
            TrainPhases(sets, computation, state, checkpoints, cancellation);
        }
        catch (TrainingDivergedException exception) when (state.BestWeights is not null)
        {
            state.Warn($"{exception.Message} {Kept(state)}");
        }
        finally
        {
            _network.eval();
        }
    }

    private string Stopped(TrainingState state, CancellationToken stop) => state.BestWeights is not null
        ? $"Training was stopped in epoch {state.Epoch} of {_options.Recipe.MaxEpochs}. {Kept(state)}"
        : throw new OperationCanceledException("Training was stopped before its first epoch had ended, so there are no weights to keep.", stop);

    private static string Kept(TrainingState state) => $"The weights of epoch {state.Reports.Last(report => report.IsBest).Epoch} are kept.";

    private void TrainPhases(TrainingDatasets sets, Computation computation, TrainingState state, CheckpointFolder? checkpoints, CancellationToken cancellation)
    {
        using var loss = new ClassificationLoss(_options.Recipe, computation.Device);
        int batchesPerEpoch = (sets.Training.Count + _options.Recipe.BatchSize - 1) / _options.Recipe.BatchSize;
        Checkpoint? saved = checkpoints?.Newest(state.Warn, new CheckpointCheck(_network, _options.Recipe, batchesPerEpoch).FindMistake);
        if (saved is not null)
        {
            state.Restore(saved);
            _network.SetWeights(saved.Weights);
        }
        foreach (TrainingPhase phase in TrainingPhase.Of(_options.Recipe, _network.Parts).SkipWhile(phase => phase.End < state.Epoch))
        {
            using var learner = new Learner(_network, _options.Recipe, phase);
            if (saved is not null && saved.IsWithin(phase))
                learner.RestoreMemory(saved.Memory);
            saved = null;
            using PhaseData data = PhaseData.Of(phase, _network, sets, _options, computation, cancellation);
            new PhaseTrainer(_network, _options, phase, data, learner, state, checkpoints).Train(loss, cancellation);
        }
    }
}
