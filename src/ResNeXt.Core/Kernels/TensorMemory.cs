using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>Access to the memory of CPU tensors.</summary>
internal static class TensorMemory
{
    /// <summary>
    /// A contiguous N x H x W x C tensor with the elements of a feature map. It shares memory with a map that is in channels-last format already, and
    /// is a copy otherwise. The caller owns it.
    /// </summary>
    /// <param name="tensor">N x C x H x W; remains the caller's.</param>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        using Tensor permuted = tensor.permute(0, 2, 3, 1);
        return permuted.contiguous();
    }

    /// <summary>Copies an array to a new float32 tensor, which belongs to the current dispose scope.</summary>
    /// <remarks>
    /// TorchSharp's own conversion pins the array and keeps a delegate for it; <see cref="NchwShape"/> explains why that is avoided.
    /// </remarks>
    public static Tensor Of(float[] values)
    {
        Tensor tensor = empty(values.Length, ScalarType.Float32);
        MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>The address of a contiguous tensor's first element. Valid as long as the caller keeps the tensor alive.</summary>
    public static nint Address(Tensor contiguous)
    {
        // A span holds at most 2 GiB.
        if (contiguous.numel() * contiguous.element_size() <= int.MaxValue)
            return Address(contiguous.bytes);
        using Tensor elements = contiguous.view(-1);
        using Tensor first = elements.narrow(0, 0, 1);
        return Address(first.bytes);
    }

    private static unsafe nint Address(Span<byte> bytes) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
}
