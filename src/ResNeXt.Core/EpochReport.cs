namespace ResNeXt.Core;

/// <summary>The losses, accuracies and speed of one training epoch.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="MaxEpochs">The largest number of epochs.</param>
/// <param name="TrainLoss">
/// The mean loss that is minimized, over the augmented training images and while the weights change: cross-entropy (natural logarithm), with the
/// recipe's label smoothing and class weights.
/// </param>
/// <param name="TrainAccuracy">The fraction of these images that were classified correctly.</param>
/// <param name="ValidationLoss">
/// The mean cross-entropy over the validation set after the epoch, without smoothing and weights; null without a validation set.
/// </param>
/// <param name="ValidationAccuracy">The fraction of the validation set that is classified correctly; null without a validation set.</param>
/// <param name="LearningRate">
/// The learning rate of the schedule in the epoch's last step. In fine-tuning, layers learn with a fraction of it, and cached features with a rate of
/// their own.
/// </param>
/// <param name="ImagesPerSecond">The number of training images per second, not counting the time for validation.</param>
/// <param name="IsBest">Whether the weights after this epoch are the best so far. They are kept.</param>
public sealed record EpochReport(
    int Epoch, int MaxEpochs, double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy,
    double LearningRate, double ImagesPerSecond, bool IsBest);
