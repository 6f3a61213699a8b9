using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Kernels.SynchronizedNorm;
using ResNeXt.Core.Tests.Distributed;
using ResNeXt.Core.Tests.TorchRuntime;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels.SynchronizedNorm;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class SynchronizedBatchNormTests
{
    private const int Channels = 5;

    // The batches of the processes; far from 0, so that a careless variance is wrong.
    private static readonly int[] Images = [3, 1, 4];

    [Fact]
    public void Compute_InSeveralProcesses_EqualsBatchNormalizationOfAllImages()
    {
        float[][] together = ThreadTransport.Run(Images.Length, group => Run(
            (module, x) => SynchronizedBatchNorm.Compute(module, x, new Exchange(group)), Images[..group.Rank].Sum(), Images[group.Rank]));

        float[] alone = Run((module, x) => module.call(x), 0, Images.Sum());

        // Running statistics are the same in all processes; outputs and input gradients are those of the process's images; parameters' gradients add up.
        const int Statistics = 2 * Channels, Parameters = 2 * Channels;
        Assert.All(together, own => AssertClose(alone[..Statistics], own[..Statistics]));
        AssertClose(
            alone[Statistics..(Statistics + Parameters)],
            [.. Enumerable.Range(Statistics, Parameters).Select(index => together.Sum(own => own[index]))]);
        AssertClose(Maps(alone, half: 0), [.. together.SelectMany(own => Maps(own, half: 0))]);
        AssertClose(Maps(alone, half: 1), [.. together.SelectMany(own => Maps(own, half: 1))]);

        static float[] Maps(float[] values, int half)
        {
            float[] maps = values[(Statistics + Parameters)..];
            return maps[(half * maps.Length / 2)..((half + 1) * maps.Length / 2)];
        }
    }

    private static float[] Run(Func<BatchNorm2d, Tensor, Tensor> compute, int first, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d module = nn.BatchNorm2d(Channels);
        using (no_grad())
        {
            module.weight!.copy_(Numbers(3, Channels));
            module.bias!.copy_(Numbers(4, Channels));
        }
        int all = Images.Sum();
        Tensor x = (Numbers(1, all * Channels * 4 * 3).view(all, Channels, 4, 3) + 100).narrow(0, first, count).clone().requires_grad_(true);
        Tensor y = compute(module, x);
        (y * Numbers(2, all * Channels * 4 * 3).view(all, Channels, 4, 3).narrow(0, first, count)).sum().backward();
        return
        [
            .. module.running_mean!.ToFloats(), .. module.running_var!.ToFloats(), .. module.weight.grad!.ToFloats(), .. module.bias.grad!.ToFloats(),
            .. y.ToFloats(), .. x.grad!.ToFloats(),
        ];
    }

    private static Tensor Numbers(int seed, int count)
    {
        var random = new Random(seed);
        return tensor(Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1)).ToArray());
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-4 * (1 + Math.Abs(pair.First))));
    }

    private sealed class Exchange(ProcessGroup group) : IStatisticsExchange
    {
        IReadOnlyList<double[]> IStatisticsExchange.Exchange(double[] own) =>
            [.. group.AllGatherEqual(MemoryMarshal.AsBytes(own.AsSpan())).Select(bytes => MemoryMarshal.Cast<byte, double>(bytes).ToArray())];

        public IReadOnlyList<double[]> ExchangeWithoutThrowing(double[] own) => ((IStatisticsExchange)this).Exchange(own);
    }
}
