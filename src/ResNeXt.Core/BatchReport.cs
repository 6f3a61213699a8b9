using ResNeXt.Core.Training.Data;

namespace ResNeXt.Core;

/// <summary>How far an epoch of training is: reported after every batch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="MaxEpochs">How many there are at most.</param>
/// <param name="Batch">How many batches of this part of the epoch are done, from 1.</param>
/// <param name="Batches">How many there are: training batches, or with <paramref name="IsValidation"/> those of the validation set.</param>
/// <param name="Loss">Mean cross-entropy (natural logarithm) over the images of these batches so far.</param>
/// <param name="Accuracy">Fraction of them classified right so far.</param>
/// <param name="IsValidation">Whether the epoch's training is done and the validation set is being scored.</param>
public sealed record BatchReport(int Epoch, int MaxEpochs, int Batch, int Batches, double Loss, double Accuracy, bool IsValidation);
