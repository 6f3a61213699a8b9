using ResNeXt.Core.Kernels;
using ResNeXt.Core.Tests.TorchRuntime;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training.Optimizers;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class MuonOptimizerTests
{
    private const double Rate = 0.1;

    [Theory]
    [InlineData(8, 3, 1)]
    [InlineData(8, 1, 1)]
    [InlineData(64, 4, 4)]
    public void Step_MovesFiltersByANearlyOrthogonalMatrix(int filters, int channels, int groups)
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter weights = Filters(1, filters, channels);
        Tensor before = Unit(weights, filters).clone();

        Step(weights, groups, [Filters(2, filters, channels)]);

        Tensor move = ((before - weights.detach()) / Rate).reshape(groups, filters / groups, -1);
        // Three iterations bring the singular values of a random matrix near 1, those that were not tiny; without them they differ by factors of ten.
        Assert.All(linalg.svdvals(move).ToFloats(), value => Assert.InRange(value, 0.2f, 1.3f));
    }

    /// <summary>The whole update, in the words of the article, one filter matrix at a time.</summary>
    [Fact]
    public void Step_Twice_IsTheUpdateOfTheArticle()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter weights = Filters(1, 6, 3);
        Tensor[] gradients = [Filters(2, 6, 3).detach(), Filters(3, 6, 3).detach()];
        Tensor expected = weights.detach().clone(), momentum = zeros_like(expected);
        foreach (Tensor gradient in gradients)
        {
            momentum = 0.9 * momentum + gradient;
            Tensor x = (gradient + 0.9 * momentum).reshape(6, 27);
            x /= x.norm();
            for (int iteration = 0; iteration < 3; iteration++)
            {
                Tensor a = x.mm(x.t());
                x = 3.4445 * x + (-4.7750 * a + 2.0315 * a.mm(a)).mm(x);
            }
            expected = Unit(expected, 6) - Rate * x.reshape(6, 3, 3, 3);
        }

        Step(weights, 1, gradients);

        AssertClose(expected, weights);
    }

    [Fact]
    public void Step_OfSeveralFilters_MovesEachAsAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        (int Filters, int Channels, int Groups)[] shapes = [(8, 2, 1), (8, 2, 1), (16, 2, 2), (4, 4, 1)];
        Parameter[] alone = [.. shapes.Select((shape, index) => Filters(index, shape.Filters, shape.Channels))];
        Parameter[] together = [.. shapes.Select((shape, index) => Filters(index, shape.Filters, shape.Channels))];
        Tensor GradientOf(int index) => Filters(10 + index, shapes[index].Filters, shapes[index].Channels).detach();
        foreach (int index in Enumerable.Range(0, shapes.Length))
            Step(alone[index], shapes[index].Groups, [GradientOf(index)]);

        using var muon = new MuonOptimizer(together.Select((weights, index) => (Of(weights, $"{index}"), shapes[index].Groups)), 0.9, nesterov: true);
        using (no_grad())
        {
            foreach ((int index, Parameter weights) in together.Index())
                weights.grad = GradientOf(index);
            muon.Step(Rate);
        }

        Assert.All(together, weights => Assert.Null(weights.grad));
        Assert.Equal(["momentum.0", "momentum.1", "momentum.2", "momentum.3"], muon.State.Select(item => item.Name));
        foreach ((Parameter expected, Parameter actual) in alone.Zip(together))
            AssertClose(expected, actual);
    }

    [Fact]
    public void Step_OfFiltersInChannelsLastOrder_MovesThemAsInAnyOther()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter weights = Filters(1, 8, 4), channelsLast = new(ChannelsLast.Copy(weights.detach()));
        Assert.False(channelsLast.is_contiguous());

        Step(weights, 1, [Filters(2, 8, 4).detach()]);
        Step(channelsLast, 1, [Filters(2, 8, 4).detach()]);

        AssertClose(weights, channelsLast);
    }

    [Fact]
    public void Step_WithoutAGradientAnywhere_OnlySetsTheNorm()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter weights = Filters(1, 4, 2);
        Tensor expected = Unit(weights, 4).clone();

        Step(weights, 1, [zeros_like(weights, requires_grad: false)]);

        AssertClose(expected, weights);
    }

    [Fact]
    public void Dispose_Always_FreesTheMomentum()
    {
        using Parameter weights = Filters(1, 4, 2);
        var muon = new MuonOptimizer([(Of(weights, "weight"), 1)], 0.9, nesterov: true);
        Tensor momentum = Assert.Single(muon.State).Value;

        muon.Dispose();

        Assert.True(momentum.IsInvalid);
        Assert.False(weights.IsInvalid);
    }

    private static void Step(Parameter weights, int groups, Tensor[] gradients)
    {
        using var muon = new MuonOptimizer([(Of(weights, "weight"), groups)], 0.9, nesterov: true);
        using (no_grad())
        {
            foreach (Tensor gradient in gradients)
            {
                weights.grad = gradient.clone();
                muon.Step(Rate);
            }
        }
    }

    private static OptimizedParameter Of(Parameter weights, string name) => new(name, weights, 1, 0);

    // With the norm that Muon gives filters.
    private static Tensor Unit(Tensor weights, int filters) => weights.detach() * (Math.Sqrt(filters) / weights.detach().norm());

    private static Parameter Filters(int seed, int filters, int channels)
    {
        ResNeXt.Core.NativeLoading.TorchLibrary.EnsureLoaded();
        using var generator = new Generator((ulong)seed);
        return new(empty(filters, channels, 3, 3).normal_(0, 1, generator));
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.Equal(expected.ToFloats(), actual.ToFloats(), (first, second) => Math.Abs(first - second) <= 1e-5f);
}
