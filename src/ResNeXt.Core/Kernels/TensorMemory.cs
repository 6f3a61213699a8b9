using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>The memory behind tensors.</summary>
internal static class TensorMemory
{
    /// <summary>A tensor N x H x W x C with the elements in this order: the same memory where they are already. The caller owns it.</summary>
    /// <param name="tensor">N x C x H x W; stays the caller's.</param>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        using Tensor permuted = tensor.permute(0, 2, 3, 1);
        return permuted.contiguous();
    }

    /// <summary>Where the elements of a contiguous tensor begin.</summary>
    public static unsafe nint Address(Tensor contiguous) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(contiguous.bytes));
}
