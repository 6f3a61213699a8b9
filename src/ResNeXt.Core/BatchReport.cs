namespace ResNeXt.Core;

/// <summary>Progress within an epoch, reported after every batch.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="MaxEpochs">The largest number of epochs.</param>
/// <param name="Batch">The number of finished batches in this part of the epoch, from 1.</param>
/// <param name="Batches">The number of batches in this part of the epoch: of training, or of validation if <paramref name="IsValidation"/>.</param>
/// <param name="Loss">
/// The mean loss over the images of the finished batches: cross-entropy (natural logarithm), in training with the recipe's label smoothing and class
/// weights.
/// </param>
/// <param name="Accuracy">The fraction of these images that were classified correctly.</param>
/// <param name="IsValidation">Whether the training part of the epoch is finished and the validation set is being scored.</param>
public sealed record BatchReport(int Epoch, int MaxEpochs, int Batch, int Batches, double Loss, double Accuracy, bool IsValidation);
