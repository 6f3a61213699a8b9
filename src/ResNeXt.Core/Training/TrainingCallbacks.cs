namespace ResNeXt.Core.Training;

/// <summary>The receivers of progress and warnings during training.</summary>
/// <remarks>
/// An exception that a receiver throws becomes a warning, and training goes on; an <see cref="OperationCanceledException"/> ends training.
/// </remarks>
/// <param name="Epochs">The receiver of a report after every epoch, or null.</param>
/// <param name="Warnings">The receiver of warnings as they occur, one sentence each, or null.</param>
/// <param name="Batches">The receiver of a report after every batch, or null. It runs on the training thread, so a slow one slows training.</param>
public sealed record TrainingCallbacks(
    IProgress<EpochReport>? Epochs = null, IProgress<string>? Warnings = null, IProgress<BatchReport>? Batches = null);
