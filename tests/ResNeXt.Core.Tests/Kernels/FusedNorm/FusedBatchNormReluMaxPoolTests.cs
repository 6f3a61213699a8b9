using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Kernels.FusedNorm;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Tests.TorchRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels.FusedNorm;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class NormalizedMaxPoolTests
{
    private static readonly WindowGeometry Stem = new(Kernel: 3, Stride: 2, Padding: 1);

    public static TheoryData<int, int, int, int, int, int, int> Cases() => new()
    {
        { 2, 64, 8, 8, 3, 2, 1 },
        { 3, 32, 7, 5, 3, 2, 1 },
        { 1, 96, 1, 6, 3, 2, 1 },
        { 2, 32, 6, 9, 2, 2, 0 },
        { 2, 256, 5, 5, 3, 1, 1 },
        { 2, 32, 11, 11, 3, 4, 0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_InFloat32_IsNormalizationReluAndPoolingWithTheirGradients(
        int images, int channels, int height, int width, int kernel, int stride, int padding) =>
        AssertAlike(ScalarType.Float32, [images, channels, height, width], new(kernel, stride, padding), tolerance: 1e-5);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_InBFloat16_IsTheSameRounded(int images, int channels, int height, int width, int kernel, int stride, int padding) =>
        AssertAlike(ScalarType.BFloat16, [images, channels, height, width], new(kernel, stride, padding), tolerance: 1.0 / 128);

    [Fact]
    public void Compute_Twice_GivesTheSameBits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ChannelsLast.Copy(Random([16, 64, 33, 31], 1)).requires_grad_();
        Tensor Run()
        {
            x.grad = null;
            using BatchNorm2d normalization = nn.BatchNorm2d(64);
            FusedBatchNormReluMaxPool.Compute(normalization, x, Stem).square().sum().backward();
            return x.grad!;
        }

        Assert.True(Run().equal(Run()).all().item<bool>());
    }

    [Fact]
    public void Compute_NotANumber_StaysOne()
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d normalization = nn.BatchNorm2d(32);
        Tensor x = Random([2, 32, 4, 4], 1);
        x[0, 3, 0, 0] = float.NaN;

        Tensor y = FusedBatchNormReluMaxPool.Compute(normalization, ChannelsLast.Copy(x).requires_grad_(), Stem);

        Assert.True(y.isnan().any().item<bool>());
    }

    [Fact]
    public void Suits_ChannelsInPairsOfVectors_Only()
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d wide = nn.BatchNorm2d(32), narrow = nn.BatchNorm2d(16);

        Assert.Equal(Vector256.IsHardwareAccelerated,
            FusedBatchNormReluMaxPool.Suits(wide, ChannelsLast.Copy(Random([2, 32, 4, 4], 1)).requires_grad_()));
        Assert.False(FusedBatchNormReluMaxPool.Suits(narrow, ChannelsLast.Copy(Random([2, 16, 4, 4], 1)).requires_grad_()));
    }

    private static void AssertAlike(ScalarType type, long[] shape, WindowGeometry windows, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d expected = Trained(shape[1], ScalarType.Float64), actual = Trained(shape[1], ScalarType.Float32);
        Tensor x = Random(shape, 1).to(type);
        Tensor wantedX = x.to(ScalarType.Float64).requires_grad_(), gotX = ChannelsLast.Copy(x).requires_grad_();

        Tensor wanted = nn.functional.max_pool2d(expected.call(wantedX).relu(), windows.Kernel, windows.Stride, windows.Padding);
        Tensor gradient = Random(wanted.shape, 3).to(type);
        wanted.backward([gradient.to(ScalarType.Float64)]);
        Tensor got = FusedBatchNormReluMaxPool.Compute(actual, gotX, windows);
        got.backward([ChannelsLast.Copy(gradient)]);

        Assert.Equal(type, got.dtype);
        (string Name, Tensor Expected, Tensor Actual)[] pairs =
        [
            ("output", wanted, got), ("gradient", wantedX.grad!, gotX.grad!), ("weight", expected.weight.grad!, actual.weight.grad!),
                ("bias", expected.bias!.grad!, actual.bias!.grad!),
            ("running mean", expected.running_mean!, actual.running_mean!), ("running variance", expected.running_var!, actual.running_var!),
        ];
        Assert.All(pairs, pair =>
        {
            Assert.Equal(pair.Expected.shape, pair.Actual.shape);
            double difference = (pair.Expected - pair.Actual.to(ScalarType.Float64)).abs().max().item<double>();
            Assert.True(difference <= tolerance * Math.Max(1, pair.Expected.abs().max().item<double>()), $"{pair.Name}: {difference}");
        });
    }

    private static BatchNorm2d Trained(long channels, ScalarType type)
    {
        BatchNorm2d normalization = nn.BatchNorm2d(channels, dtype: type);
        using (no_grad())
        {
            normalization.weight.copy_(Random([channels], 4));
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
