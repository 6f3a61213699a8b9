namespace ResNeXt.Core.Training;

/// <summary>Hears how a training goes.</summary>
/// <param name="Epochs">Every epoch when it ends; null for nobody.</param>
/// <param name="Warnings">What the user should know before the training ends, one sentence each; null for nobody.</param>
/// <param name="Batches">Every batch when it is done, on the thread that trains: a slow listener slows training down; null for nobody.</param>
public sealed record TrainingCallbacks(IProgress<EpochReport>? Epochs = null, IProgress<string>? Warnings = null, IProgress<BatchReport>? Batches = null);
