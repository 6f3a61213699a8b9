using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>Copies float values between .NET memory and tensors.</summary>
internal static class TensorValues
{
    /// <summary>Copies the elements of a tensor to an array, in row-major order.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        var values = new float[flat.numel()];
        MemoryMarshal.Cast<byte, float>(flat.bytes).CopyTo(values);
        return values;
    }

    /// <summary>Copies values to a new float32 tensor on the CPU.</summary>
    public static Tensor ToTensor(this ReadOnlyMemory<float> values, ReadOnlySpan<long> shape)
    {
        Tensor tensor = empty(shape, ScalarType.Float32);
        MemoryMarshal.AsBytes(values.Span).CopyTo(tensor.bytes);
        return tensor;
    }
}
