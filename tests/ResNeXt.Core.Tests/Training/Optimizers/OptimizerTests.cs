using ResNeXt.Core.Kernels;
using ResNeXt.Core.Tests.TorchRuntime;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training.Optimizers;

/// <summary>Beside TorchSharp's own optimizers, on the same weights and the same gradients.</summary>
[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class OptimizerTests
{
    private const int Steps = 12;
    private const double Rate = 0.05;

    private static readonly IUpdateRule[] Rules = [new SgdRule(0.9, nesterov: true), new AdamWRule(0.9)];

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(0.9, false, 0)]
    [InlineData(0.9, true, 0)]
    [InlineData(0.9, false, 0.01)]
    [InlineData(0.9, true, 0.01)]
    public void Step_OfMomentumSgd_MovesWeightsAsTorchDoes(double momentum, bool nesterov, double weightDecay) => AssertSame(
        item => new Optimizer([item with { WeightDecay = weightDecay }], new SgdRule(momentum, nesterov)),
        parameter => optim.SGD([parameter], Rate, momentum, weight_decay: weightDecay, nesterov: nesterov));

    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0.9, 0.1)]
    [InlineData(0.5, 0.1)]
    public void Step_OfAdamW_MovesWeightsAsTorchDoes(double firstBeta, double weightDecay) => AssertSame(
        item => new Optimizer([item with { WeightDecay = weightDecay }], new AdamWRule(firstBeta)),
        parameter => optim.AdamW([parameter], Rate, firstBeta, 0.999, 1e-8, weightDecay));

    [Fact]
    public void Step_WithARateFactor_MovesAsFarAsWithThatRate()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (IUpdateRule rule in Rules)
            Assert.Equal(Run(Of(rule), Rate / 4), Run(item => new([item with { RateFactor = 0.25 }], rule), Rate), Close);
    }

    /// <summary>More elements than a piece has, in channels-last order, with gradients in another one.</summary>
    [Fact]
    public void Step_OfFiltersInChannelsLastOrder_MovesThemAsInAnyOther()
    {
        foreach (IUpdateRule rule in Rules)
            Assert.Equal(RunFilters(Of(rule), channelsLast: false), RunFilters(Of(rule), channelsLast: true), Close);
    }

    /// <summary>Float64 takes the tensor operations that a GPU takes.</summary>
    [Fact]
    public void Step_OfElementsOutOfReach_MovesThemAlike()
    {
        foreach (IUpdateRule rule in Rules)
        {
            Optimizer WithDecay(OptimizedParameter item) => new([item with { WeightDecay = 0.01 }], rule);

            Assert.Equal(Run(WithDecay, Rate), Run(WithDecay, Rate, ScalarType.Float64), Close);
        }
    }

    [Fact]
    public void Dispose_Always_FreesTheState()
    {
        using Parameter parameter = First();
        foreach (IUpdateRule rule in Rules)
        {
            Optimizer optimizer = new([new("weight", parameter, 1, 0)], rule);
            Tensor[] state = [.. optimizer.State.Select(item => item.Value)];
            Assert.Equal(rule.StateNames.Count, state.Length);

            optimizer.Dispose();

            Assert.All(state, tensor => Assert.True(tensor.IsInvalid));
        }
        Assert.False(parameter.IsInvalid);
    }

    private static Func<OptimizedParameter, Optimizer> Of(IUpdateRule rule) => item => new([item], rule);

    private static float[] RunFilters(Func<OptimizedParameter, Optimizer> make, bool channelsLast)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = Random(100, 96, 32, 3, 3);
        float[] before = values.ToFloats();
        using var parameter = new Parameter(channelsLast ? ChannelsLast.Copy(values) : values);
        Assert.Equal(!channelsLast, parameter.is_contiguous());
        using Optimizer optimizer = make(new OptimizedParameter("weight", parameter, 1, 0.01));
        using (no_grad())
        {
            for (int step = 0; step < Steps; step++)
            {
                parameter.grad = Random(step, 96, 32, 3, 3);
                optimizer.Step(Rate, step);
            }
        }
        Assert.NotEqual(before, parameter.ToFloats());
        return parameter.ToFloats();
    }

    private static void AssertSame(Func<OptimizedParameter, Optimizer> ours, Func<Parameter, optim.Optimizer> theirs)
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter parameter = First();
        using optim.Optimizer torchs = theirs(parameter);
        for (int step = 0; step < Steps; step++)
        {
            parameter.grad = Gradient(step);
            torchs.step();
        }

        Assert.Equal(parameter.ToFloats(), Run(ours, Rate), Close);
        Assert.NotEqual(First().ToFloats(), parameter.ToFloats());
    }

    private static float[] Run(Func<OptimizedParameter, Optimizer> make, double rate, ScalarType type = ScalarType.Float32)
    {
        using Parameter parameter = First(type);
        using Optimizer optimizer = make(new OptimizedParameter("weight", parameter, 1, 0));
        using (no_grad())
        {
            for (int step = 0; step < Steps; step++)
            {
                parameter.grad = Gradient(step, type);
                optimizer.Step(rate, step);
                Assert.Null(parameter.grad);
            }
        }
        return parameter.ToFloats();
    }

    private static Parameter First(ScalarType type = ScalarType.Float32) => new(Random(100, 4, 3).to(type));

    private static Tensor Gradient(int step, ScalarType type = ScalarType.Float32) => Random(step, 4, 3).to(type);

    private static Tensor Random(int seed, params long[] shape)
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();
        using var generator = new Generator((ulong)seed);
        return empty(shape).normal_(0, 1, generator);
    }

    private static bool Close(float expected, float actual) => Math.Abs(expected - actual) <= 1e-6f;
}
