namespace ResNeXt.Core;

/// <summary>The losses, accuracies and speed of one training epoch.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="MaxEpochs">The largest number of epochs.</param>
/// <param name="TrainLoss">The mean cross-entropy (natural logarithm) over the augmented training images, measured while the weights change.</param>
/// <param name="TrainAccuracy">The fraction of these images that were classified correctly.</param>
/// <param name="ValidationLoss">The mean cross-entropy over the validation set after the epoch; null without a validation set.</param>
/// <param name="ValidationAccuracy">The fraction of the validation set that is classified correctly; null without a validation set.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="ImagesPerSecond">The number of training images per second, not counting the time for validation.</param>
/// <param name="IsBest">Whether the weights after this epoch are the best so far. They are kept.</param>
public sealed record EpochReport(
    int Epoch, int MaxEpochs, double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy,
    double LearningRate, double ImagesPerSecond, bool IsBest);
