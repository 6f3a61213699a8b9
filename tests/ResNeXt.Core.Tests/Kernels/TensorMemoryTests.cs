using System.Runtime.InteropServices;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.NativeLoading;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels;

public sealed class TensorMemoryTests
{
    public TensorMemoryTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void Address_MoreThanASpanHolds_IsTheFirstElement()
    {
        // Never touched, so it takes no memory but its first page.
        using Tensor large = empty(int.MaxValue + 1L, ScalarType.Byte);

        nint address = TensorMemory.Address(large);
        Marshal.WriteByte(address, 7);

        using Tensor first = large[0];
        Assert.Equal(7, first.item<byte>());
    }

    [Fact]
    public void Of_Values_CopiesThem()
    {
        float[] values = [1, 2.5f, -3];

        using Tensor tensor = TensorMemory.Of(values);
        values[0] = 0;

        Assert.Equal([1, 2.5f, -3], tensor.data<float>().ToArray());
    }
}
