namespace ResNeXt.Core.Training.LearningRate;

/// <summary>One step of the learning-rate finder.</summary>
/// <param name="Rate">The learning rate of the step.</param>
/// <param name="Loss">The mean loss of its images before the update, with the natural logarithm.</param>
/// <param name="SmoothedLoss">The bias-corrected exponential moving average of the losses so far.</param>
public readonly record struct LearningRatePoint(double Rate, double Loss, double SmoothedLoss);
