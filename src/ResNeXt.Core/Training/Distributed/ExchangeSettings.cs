using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>What the processes of a group exchange beside the gradients, and how.</summary>
/// <param name="InBFloat16">Whether gradients travel as bfloat16.</param>
/// <param name="SynchronizesBatchNormalization">Whether batch normalization uses the batches of all processes together.</param>
/// <param name="BucketBytes">The size of a bucket of gradients, in float32.</param>
internal sealed record ExchangeSettings(bool InBFloat16, bool SynchronizesBatchNormalization, long BucketBytes)
{
    /// <summary>The settings that the options of a training ask for.</summary>
    public static ExchangeSettings Of(TrainingOptions options) =>
        new(options.ExchangeGradientsInBFloat16, options.SynchronizeBatchNormalization, (long)options.GradientBucketInMegabytes << 20);
}
