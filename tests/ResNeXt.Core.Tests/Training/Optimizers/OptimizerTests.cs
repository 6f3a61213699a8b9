using ResNeXt.Core.Kernels;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = ResNeXt.Core.Training.Optimizers.AdamW;

namespace ResNeXt.Core.Tests.Training.Optimizers;

/// <summary>Beside TorchSharp's own optimizers, on the same weights and the same gradients.</summary>
public sealed class OptimizerTests
{
    private const int Steps = 12;
    private const double Rate = 0.05;

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(0.9, false, 0)]
    [InlineData(0.9, true, 0)]
    [InlineData(0.9, false, 0.01)]
    [InlineData(0.9, true, 0.01)]
    public void Step_OfMomentumSgd_MovesWeightsAsTorchDoes(double momentum, bool nesterov, double weightDecay) => AssertSame(
        item => new MomentumSgd([item with { WeightDecay = weightDecay }], momentum, nesterov),
        parameter => optim.SGD([parameter], Rate, momentum, weight_decay: weightDecay, nesterov: nesterov));

    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0.9, 0.1)]
    [InlineData(0.5, 0.1)]
    public void Step_OfAdamW_MovesWeightsAsTorchDoes(double firstBeta, double weightDecay) => AssertSame(
        item => new AdamW([item with { WeightDecay = weightDecay }], firstBeta),
        parameter => optim.AdamW([parameter], Rate, firstBeta, 0.999, 1e-8, weightDecay));

    [Fact]
    public void Step_WithARateFactor_MovesAsFarAsWithThatRate()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal(Run(item => new MomentumSgd([item], 0.9, true), Rate / 4), Run(item => new MomentumSgd([item with { RateFactor = 0.25 }], 0.9, true), Rate), Close);
        Assert.Equal(Run(item => new AdamW([item], 0.9), Rate / 4), Run(item => new AdamW([item with { RateFactor = 0.25 }], 0.9), Rate), Close);
    }

    /// <summary>More elements than a piece has, in channels-last order, with gradients in another one.</summary>
    [Fact]
    public void Step_OfFiltersInChannelsLastOrder_MovesThemAsInAnyOther()
    {
        Assert.Equal(RunFilters(item => new MomentumSgd([item], 0.9, true), channelsLast: false), RunFilters(item => new MomentumSgd([item], 0.9, true), channelsLast: true), Close);
        Assert.Equal(RunFilters(item => new AdamW([item], 0.9), channelsLast: false), RunFilters(item => new AdamW([item], 0.9), channelsLast: true), Close);
    }

    /// <summary>What a GPU takes is what elements out of reach take, and float64 is out of reach too.</summary>
    [Fact]
    public void Step_OfElementsOutOfReach_MovesThemAlike()
    {
        Assert.Equal(Run(item => new MomentumSgd([item with { WeightDecay = 0.01 }], 0.9, true), Rate), Run(item => new MomentumSgd([item with { WeightDecay = 0.01 }], 0.9, true), Rate, ScalarType.Float64), Close);
        Assert.Equal(Run(item => new AdamW([item with { WeightDecay = 0.01 }], 0.9), Rate), Run(item => new AdamW([item with { WeightDecay = 0.01 }], 0.9), Rate, ScalarType.Float64), Close);
    }

    private static float[] RunFilters(Func<TrainedParameter, IOptimizer> make, bool channelsLast)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = Random(100, 96, 32, 3, 3);
        float[] before = values.ToFloats();
        using var parameter = new Parameter(channelsLast ? ChannelsLast.Copy(values) : values);
        Assert.Equal(!channelsLast, parameter.is_contiguous());
        using IOptimizer optimizer = make(new TrainedParameter("weight", parameter, 1, 0.01));
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

    private static void AssertSame(Func<TrainedParameter, IOptimizer> ours, Func<Parameter, optim.Optimizer> theirs)
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

    private static float[] Run(Func<TrainedParameter, IOptimizer> make, double rate, ScalarType type = ScalarType.Float32)
    {
        using Parameter parameter = First(type);
        using IOptimizer optimizer = make(new TrainedParameter("weight", parameter, 1, 0));
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
