using ResNeXt.Core.NativeLoading;
using TorchSharp;

namespace ResNeXt.Core.Tests.NativeLoading;

public sealed class TorchLibraryTests
{
    [Fact]
    public void EnsureLoaded_Twice_LeavesTorchSharpUsable()
    {
        TorchLibrary.EnsureLoaded();
        TorchLibrary.EnsureLoaded();

        using torch.Tensor numbers = torch.arange(1, 101, dtype: torch.float32);
        using torch.Tensor sum = numbers.sum();
        Assert.Equal(5050f, sum.item<float>());
    }
}
