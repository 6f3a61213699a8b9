using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>Counts the batches from which a batch-normalization layer has learned its running statistics.</summary>
internal static class TrackedBatches
{
    /// <summary>Counts a batch.</summary>
    /// <param name="normalization">The layer, with running statistics.</param>
    public static void Count(BatchNorm2d normalization)
    {
        Tensor tracked = normalization.num_batches_tracked!;
        // TorchSharp makes the counter with the type of the module, which may be a floating-point type.
        if (tracked.dtype == ScalarType.Int64 && tracked.device_type == TorchSharp.DeviceType.CPU)
            MemoryMarshal.Cast<byte, long>(tracked.bytes)[0]++;
        else
            tracked.add_(TensorArithmetic.One, TensorArithmetic.One);
    }
}
