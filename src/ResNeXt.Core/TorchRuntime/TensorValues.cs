using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>Float values between .NET memory and libtorch.</summary>
internal static class TensorValues
{
    /// <summary>Copies a tensor's elements out in row-major order.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        var values = new float[flat.numel()];
        MemoryMarshal.Cast<byte, float>(flat.bytes).CopyTo(values);
        return values;
    }

    /// <summary>Makes a float32 tensor of that shape on the CPU, with its own memory.</summary>
    public static Tensor ToTensor(this ReadOnlyMemory<float> values, ReadOnlySpan<long> shape)
    {
        Tensor tensor = empty(shape, ScalarType.Float32);
        MemoryMarshal.AsBytes(values.Span).CopyTo(tensor.bytes);
        return tensor;
    }
}
