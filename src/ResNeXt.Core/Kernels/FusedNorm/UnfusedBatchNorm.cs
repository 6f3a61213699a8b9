using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// Batch normalization in training mode where nothing is fused with it. TorchSharp's module computes the same, but counts batches with a number that
/// it does not keep (<see cref="TensorArithmetic"/>).
/// </summary>
internal static class UnfusedBatchNorm
{
    /// <summary>Normalizes by the statistics of the batch, and updates the running statistics.</summary>
    /// <param name="normalization">The layer, in training mode, with running statistics and a momentum.</param>
    /// <param name="x">The input, N x C x H x W; remains the caller's.</param>
    public static Tensor Compute(BatchNorm2d normalization, Tensor x)
    {
        TrackedBatches.Count(normalization);
        return nn.functional.batch_norm(x, normalization.running_mean, normalization.running_var, normalization.weight, normalization.bias,
            training: true, normalization.momentum!.Value, normalization.eps);
    }
}
