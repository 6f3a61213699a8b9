namespace ResNeXt.Core;

/// <summary>Progress within an epoch, reported after every batch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="MaxEpochs">The largest number of epochs.</param>
/// <param name="Batch">Number of batches of this part of the epoch that are done, from 1.</param>
/// <param name="Batches">Number of batches in this part of the epoch: of training, or of validation if <paramref name="IsValidation"/>.</param>
/// <param name="Loss">Mean cross-entropy (natural logarithm) over the images of these batches so far.</param>
/// <param name="Accuracy">Fraction of those images that were classified correctly.</param>
/// <param name="IsValidation">Whether the epoch's training is done and the validation set is being scored.</param>
public sealed record BatchReport(int Epoch, int MaxEpochs, int Batch, int Batches, double Loss, double Accuracy, bool IsValidation);
