using ResNeXt.Core.Kernels;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Tests.TorchRuntime;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class KernelThreadsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Run_AnyNumberOfParts_CallsTheBodyOnceForEach(int parts)
    {
        TorchLibrary.EnsureLoaded();
        var calls = new int[parts];

        KernelThreads.Run(parts, part => Interlocked.Increment(ref calls[part]));

        Assert.All(calls, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1001)]
    public void RunRange_AnyLength_CoversEachElementOnce(int length)
    {
        TorchLibrary.EnsureLoaded();
        var calls = new int[length];

        KernelThreads.RunRange(length, (from, to) =>
        {
            for (int i = from; i < to; i++)
                Interlocked.Increment(ref calls[i]);
        });

        Assert.All(calls, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Run_ABodyThatThrows_ThrowsToItsCaller()
    {
        TorchLibrary.EnsureLoaded();

        Exception thrown = Assert.ThrowsAny<Exception>(() => KernelThreads.Run(10, part => throw new InvalidOperationException($"part {part}")));

        Assert.Contains("part", (thrown as AggregateException)?.InnerException?.Message ?? thrown.Message);
    }

    [Fact]
    public void Run_FromSeveralThreadsAtOnce_KeepsTheirWorkApart()
    {
        TorchLibrary.EnsureLoaded();
        var sums = new long[8];

        Parallel.For(0, sums.Length, caller =>
        {
            // The number is kept per thread.
            set_num_threads(2);
            for (int time = 0; time < 50; time++)
                KernelThreads.Run(10, part => Interlocked.Add(ref sums[caller], caller * part));
        });

        Assert.Equal(Enumerable.Range(0, sums.Length).Select(caller => 50L * 45 * caller), sums);
    }
}
