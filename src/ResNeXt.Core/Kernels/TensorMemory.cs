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

    /// <summary>A copy of values. Belongs to the current dispose scope.</summary>
    /// <remarks>The tensor that TorchSharp makes of an array pins it and keeps a delegate for it (<see cref="MapShape"/> says why not).</remarks>
    public static Tensor Of(float[] values)
    {
        Tensor tensor = empty(values.Length, ScalarType.Float32);
        MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>Where the elements of a contiguous tensor begin.</summary>
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
