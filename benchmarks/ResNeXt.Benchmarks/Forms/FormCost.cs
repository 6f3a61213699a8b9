namespace ResNeXt.Benchmarks.Forms;

/// <summary>What one form cost in one process.</summary>
/// <param name="TrainingMilliseconds">Median of a training step: forward, backward, and a step of gradient descent.</param>
/// <param name="InferenceMilliseconds">Median of scoring a batch.</param>
/// <param name="TrainingMebibytes">Peak of the process while training, above what it had before the network.</param>
/// <param name="InferenceMebibytes">Peak of the process while scoring, above what it had before the network.</param>
internal sealed record FormCost(double TrainingMilliseconds, double InferenceMilliseconds, double TrainingMebibytes, double InferenceMebibytes);
