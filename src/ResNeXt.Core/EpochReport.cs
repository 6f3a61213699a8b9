namespace ResNeXt.Core;

/// <summary>Losses, accuracies and speed of one epoch of training.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="MaxEpochs">The largest number of epochs.</param>
/// <param name="TrainLoss">Mean cross-entropy (natural logarithm) over the epoch's augmented images, while the weights changed.</param>
/// <param name="TrainAccuracy">Fraction of those images that were classified correctly.</param>
/// <param name="ValidationLoss">Mean cross-entropy over the whole validation set after the epoch; null without one.</param>
/// <param name="ValidationAccuracy">Fraction of the whole validation set classified correctly; null without one.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="ImagesPerSecond">Training images per second, without validation.</param>
/// <param name="IsBest">Whether this epoch's weights are the best so far, and were kept.</param>
public sealed record EpochReport(
    int Epoch, int MaxEpochs, double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy,
    double LearningRate, double ImagesPerSecond, bool IsBest);
