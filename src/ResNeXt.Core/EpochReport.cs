namespace ResNeXt.Core;

/// <summary>What one epoch of training did.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="MaxEpochs">How many there are at most.</param>
/// <param name="TrainLoss">Mean cross-entropy (natural logarithm) over the epoch's augmented images, while the weights changed.</param>
/// <param name="TrainAccuracy">Fraction of them classified right.</param>
/// <param name="ValidationLoss">Mean cross-entropy over the whole validation set after the epoch; null without one.</param>
/// <param name="ValidationAccuracy">Fraction of the whole validation set classified right; null without one.</param>
/// <param name="LearningRate">Rate of the epoch's last step.</param>
/// <param name="ImagesPerSecond">Training images a second, validation not counted.</param>
/// <param name="IsBest">Whether its weights are the ones kept so far.</param>
public sealed record EpochReport(
    int Epoch, int MaxEpochs, double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy,
    double LearningRate, double ImagesPerSecond, bool IsBest);
