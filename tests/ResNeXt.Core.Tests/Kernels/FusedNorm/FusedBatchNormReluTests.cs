using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Kernels.FusedNorm;
using ResNeXt.Core.Tests.TorchRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels.FusedNorm;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class NormalizedReluTests
{
    public static TheoryData<int, int, int, int, bool> Cases()
    {
        var cases = new TheoryData<int, int, int, int, bool>();
        foreach (bool hasShortcut in new[] { false, true })
        {
            cases.Add(2, 16, 4, 4, hasShortcut);
            cases.Add(3, 32, 7, 5, hasShortcut);
            cases.Add(2, 48, 3, 3, hasShortcut);
            cases.Add(1, 64, 1, 2, hasShortcut);
            cases.Add(4, 272, 3, 1, hasShortcut);
            cases.Add(4, 512, 1, 1, hasShortcut);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_InFloat32_IsNormalizationAdditionAndReluWithTheirGradients(
        int images, int channels, int height, int width, bool hasShortcut) =>
        AssertAlike(ScalarType.Float32, [images, channels, height, width], hasShortcut, tolerance: 1e-5);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_InBFloat16_IsTheSameRounded(int images, int channels, int height, int width, bool hasShortcut) =>
        AssertAlike(ScalarType.BFloat16, [images, channels, height, width], hasShortcut, tolerance: 1.0 / 256);

    [Fact]
    public void Compute_ValuesFarFromZero_FindsTheirSmallVariance()
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d normalization = nn.BatchNorm2d(16);
        Tensor x = ChannelsLast.Copy(Random([64, 16, 8, 8], 1) + 1000).requires_grad_();

        Tensor y = FusedBatchNormRelu.Compute(normalization, x);

        using BatchNorm2d reference = nn.BatchNorm2d(16, dtype: ScalarType.Float64);
        Assert.True(Difference(reference.call(x.to(ScalarType.Float64)).relu(), y) < 1e-3);
        Assert.True(Difference(reference.running_var!, normalization.running_var!) < 1e-4);
    }

    [Fact]
    public void Compute_Twice_GivesTheSameBits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ChannelsLast.Copy(Random([32, 64, 16, 16], 1)).requires_grad_();
        Tensor Run()
        {
            x.grad = null;
            using BatchNorm2d normalization = nn.BatchNorm2d(64);
            FusedBatchNormRelu.Compute(normalization, x).square().sum().backward();
            return x.grad!;
        }

        Assert.True(Run().equal(Run()).all().item<bool>());
    }

    [Fact]
    public void Suits_TrainingOnMapsInChannelsLastOrder_Only()
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d normalization = nn.BatchNorm2d(32), narrow = nn.BatchNorm2d(24);
        Tensor x = ChannelsLast.Copy(Random([2, 32, 4, 4], 1)).requires_grad_();

        Assert.Equal(Vector256.IsHardwareAccelerated, FusedBatchNormRelu.Suits(normalization, x));
        Assert.Equal(Vector256.IsHardwareAccelerated, FusedBatchNormRelu.Suits(normalization, x.bfloat16()));
        Assert.False(FusedBatchNormRelu.Suits(normalization, x.contiguous()));
        Assert.False(FusedBatchNormRelu.Suits(normalization, x.to(ScalarType.Float64)));
        Assert.False(FusedBatchNormRelu.Suits(narrow, ChannelsLast.Copy(Random([1, 24, 3, 5], 1)).requires_grad_()));
        using (no_grad())
            Assert.False(FusedBatchNormRelu.Suits(normalization, x));
        normalization.eval();
        Assert.False(FusedBatchNormRelu.Suits(normalization, x));
    }

    // Pairs of what is expected, in double precision, and what is found.
    private static List<(string Name, Tensor Expected, Tensor Actual)> Compare(
        BatchNorm2d expected, BatchNorm2d actual, ScalarType type, long[] shape, bool hasShortcut)
    {
        Tensor x = Random(shape, 1).to(type), shortcut = Random(shape, 2).to(type), gradient = Random(shape, 3).to(type);
        Tensor wantedX = x.to(ScalarType.Float64).requires_grad_(), wantedShortcut = shortcut.to(ScalarType.Float64).requires_grad_();
        Tensor gotX = ChannelsLast.Copy(x).requires_grad_(), gotShortcut = ChannelsLast.Copy(shortcut).requires_grad_();

        Tensor normalized = expected.call(wantedX);
        Tensor wanted = (hasShortcut ? normalized + wantedShortcut : normalized).relu();
        wanted.backward([gradient.to(ScalarType.Float64)]);
        Tensor got = FusedBatchNormRelu.Compute(actual, gotX, hasShortcut ? gotShortcut : null);
        got.backward([ChannelsLast.Copy(gradient)]);

        Assert.Equal(type, got.dtype);
        Assert.Equal(1, actual.num_batches_tracked!.to(ScalarType.Int64).item<long>());
        List<(string, Tensor, Tensor)> pairs =
        [
            ("output", wanted, got), ("gradient", wantedX.grad!, gotX.grad!), ("weight", expected.weight.grad!, actual.weight.grad!),
                ("bias", expected.bias!.grad!, actual.bias!.grad!),
            ("running mean", expected.running_mean!, actual.running_mean!), ("running variance", expected.running_var!, actual.running_var!),
        ];
        if (hasShortcut)
            pairs.Add(("shortcut", wantedShortcut.grad!, gotShortcut.grad!));
        return pairs;
    }

    private static void AssertAlike(ScalarType type, long[] shape, bool hasShortcut, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d expected = Trained(shape[1], ScalarType.Float64), actual = Trained(shape[1], ScalarType.Float32);
        Assert.All(Compare(expected, actual, type, shape, hasShortcut), pair =>
        {
            Assert.Equal(pair.Expected.shape, pair.Actual.shape);
            Assert.True(Difference(pair.Expected, pair.Actual) <= tolerance * Math.Max(1, pair.Expected.abs().max().item<double>()), pair.Name);
        });
    }

    private static double Difference(Tensor expected, Tensor actual) => (expected - actual.to(ScalarType.Float64)).abs().max().item<double>();

    private static BatchNorm2d Trained(long channels, ScalarType type)
    {
        BatchNorm2d normalization = nn.BatchNorm2d(channels, dtype: type);
        using (no_grad())
        {
            normalization.weight.copy_(Random([channels], 4) + 1);
            normalization.bias!.copy_(Random([channels], 5));
        }
        return normalization;
    }

    private static Tensor Random(long[] shape, ulong seed)
    {
        using var generator = new Generator(seed);
        return empty(shape).normal_(0, 1, generator);
    }
}
