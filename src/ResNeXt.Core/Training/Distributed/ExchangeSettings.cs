namespace ResNeXt.Core.Training.Distributed;

/// <summary>What the processes of a group exchange beside the gradients, and how.</summary>
/// <param name="InBFloat16">Whether gradients travel as bfloat16.</param>
/// <param name="SynchronizesBatchNormalization">Whether batch normalization uses the batches of all processes together.</param>
internal sealed record ExchangeSettings(bool InBFloat16, bool SynchronizesBatchNormalization);
