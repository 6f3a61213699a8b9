using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.Machine;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Distributed;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training;

/// <summary>Trains a network on labeled images. Afterwards the network has the weights of the best epoch and is in evaluation mode.</summary>
/// <remarks>The training loop is in <see cref="TrainingRun"/>.</remarks>
public sealed class ClassifierTrainer
{
    private readonly ResidualNetwork _network;
    private readonly PixelNormalization _normalization;
    private readonly TrainingOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="network">The network to train; owned by the caller.</param>
    /// <param name="normalization">The normalization from pixels to the network's inputs.</param>
    /// <param name="options">The training recipe and the settings around it.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message lists all that are.</exception>
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
    /// Trains the network. With a validation set, it keeps the weights of the epoch with the highest validation accuracy (on a tie, the lowest
    /// validation loss); without one, those of the last epoch. A loss that is not finite ends training with a warning, and the best weights so far
    /// are kept.
    /// </summary>
    /// <param name="training">The training images, at least 2.</param>
    /// <param name="validation">The validation images, or null.</param>
    /// <param name="callbacks">The receivers of progress and warnings, or null.</param>
    /// <param name="checkpoints">
    /// The folder to save checkpoints in and to resume from, or null. In a group of processes only rank 0 uses it; the others may give null.
    /// </param>
    /// <param name="cancellation">Cancels training between two steps.</param>
    /// <param name="stop">
    /// Ends training early, between two steps, with a warning, and keeps the best weights so far. Before the first epoch is completed it cancels.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two training images or no validation image; the images do not have the network's channels; an image has a class that the
    /// network does not have; the recipe crops images to a size that they or the network do not allow; or it has an early stopping patience and there
    /// is no validation set.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The device is a GPU that is not available, the checkpoints belong to another run, another training uses their folder, or the features that
    /// the weights to fine-tune give are not finite.
    /// </exception>
    /// <exception cref="RankFailedException">Another process of the group has died, does not answer, or has failed.</exception>
    /// <exception cref="IOException">The checkpoint folder does not take files. A checkpoint that fails later leads to a warning.</exception>
    /// <exception cref="InvalidDataException">There are checkpoints to resume from, and all are damaged or cannot be read.</exception>
    /// <exception cref="UnsoundComputationException">libtorch computes wrong results on this machine, and no workaround helps.</exception>
    /// <exception cref="TrainingDivergedException">The loss was not finite before the first epoch was completed.</exception>
    /// <exception cref="OperationCanceledException">
    /// Training was canceled, or stopped before the first epoch was completed. The checkpoint folder, if there is one, has the state.
    /// </exception>
    public TrainingResult Train(
        IImageDataset training, IImageDataset? validation = null, TrainingCallbacks? callbacks = null,
        CheckpointFolder? checkpoints = null, CancellationToken cancellation = default, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var datasets = new TrainingDatasets(training, validation, _normalization);
        if (_options.Group is not { Size: > 1 } group)
            return Train(datasets, callbacks, checkpoints, cancellation, stop);
        // The other ranks report nothing, because they would report the same.
        using var agreement = new StopAgreement(cancellation, stop);
        try
        {
            var together = new TrainingGroup(group, agreement, ExchangeSettings.Of(_options));
            return group.Rank == 0
                ? Train(datasets, callbacks, checkpoints, agreement.Cancellation, agreement.Stop, together)
                : Train(datasets, null, null, agreement.Cancellation, agreement.Stop, together);
        }
        catch (Exception exception) when (!IsOfAllProcesses(exception, agreement))
        {
            group.ReportFailure(exception);
            throw;
        }
    }

    private TrainingResult Train(
        TrainingDatasets datasets, TrainingCallbacks? callbacks, CheckpointFolder? checkpoints, CancellationToken cancellation, CancellationToken stop,
        TrainingGroup? group = null)
    {
        Check(datasets, datasets.Validation);
        using IDisposable? folder = checkpoints?.Lock();
        TrainingOptions options = _options.InSmallBatches;
        var state = new TrainingState(callbacks ?? new(), options.Recipe, _network.Classes);
        using var scope = new TorchScope();
        using var device = new DeviceScope(_network, options, state.Warn);
        if (group is not null)
            GroupFacts.Compare(_options.Group!, GroupFacts.Of(_network, _options, datasets));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stop);
        try
        {
            new TrainingRun(_network, datasets, options, device.Computation, state, checkpoints, group).Train(either.Token);
        }
        catch (TrainingDivergedException exception) when (state.BestWeights is not null)
        {
            state.Warn($"{exception.Message} {WhatIsKept(state)}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            if (state.BestWeights is null)
                throw new OperationCanceledException("Training was stopped before its first epoch had ended, so there are no weights to keep.", stop);
            state.Warn($"Training was stopped in epoch {state.Epoch} of {_options.Recipe.MaxEpochs}. {WhatIsKept(state)}");
        }
        finally
        {
            _network.eval();
        }
        if (state.BestWeights is { } best)
            _network.SetWeights(best);
        return new TrainingResult(state.Reports, state.Warnings, device.Computation.Precision);
    }

    private void Check(TrainingDatasets datasets, IImageDataset? validation)
    {
        datasets.CheckFor(_network, _options.InSmallBatches.Recipe);
        if (_options.Recipe.EarlyStoppingPatience is { } patience && validation is null)
        {
            throw new ArgumentException($"EarlyStoppingPatience is {patience}, but there is no validation set to tell whether an epoch was better. "
                + "Add one, or leave EarlyStoppingPatience out.", nameof(validation));
        }
    }

    // These are thrown by all processes together, and need not be reported.
    private static bool IsOfAllProcesses(Exception exception, StopAgreement agreement) =>
        exception is RankFailedException or TrainingDivergedException
        || (exception is OperationCanceledException && (agreement.Cancellation.IsCancellationRequested || agreement.Stop.IsCancellationRequested));

    private static string WhatIsKept(TrainingState state) =>
        $"The weights of epoch {state.Reports.Last(report => report.IsBest).Epoch} are kept.";
}
