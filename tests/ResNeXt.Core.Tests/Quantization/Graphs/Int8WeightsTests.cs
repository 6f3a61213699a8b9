using System.Collections.Immutable;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Tests.Quantization.Graphs;

public sealed class Int8WeightsTests
{
    private static readonly LayerSpec Layer = new("conv", LayerKind.Convolution, ["images"], 2, 3) { HasBias = true };

    [Theory]
    [InlineData(false, 127)]
    [InlineData(true, 64)]
    public void Of_EveryChannel_UsesItsWholeRange(bool reduced, int levels)
    {
        Int8Weights weights = Quantize([1, -2, 0.01f, 0.005f, 300, 100], [0.5f, 0, -3], reduced);

        Assert.Equal([levels / 2, -levels, levels, levels / 2, levels, levels / 3], weights.Filters.Select(value => (int)value), (a, b) =>
            Math.Abs(a - b) <= 1);
        Assert.Equal([2f / levels, 0.01f / levels, 300f / levels], weights.Scales);
        Assert.Equal([0.5, 0, -3], weights.Bias.Zip(weights.Scales, (bias, scale) => bias * (double)scale * 0.02), (a, b) =>
            Math.Abs(a - b) <= 0.02 * 300 / levels);
    }

    [Fact]
    public void Of_DeadChannelWithABias_KeepsTheBias()
    {
        Int8Weights weights = Quantize([0, 0, 1e-20f, 0, 0, 0], [100, -100, 0], reduced: false);

        Assert.Equal([100, -100, 0], weights.Bias.Zip(weights.Scales, (bias, scale) => bias * (double)scale * 0.02), (a, b) =>
            Math.Abs(a - b) < 1e-3);
        Assert.All(weights.Filters, value => Assert.Equal(0, value));
    }

    private static Int8Weights Quantize(float[] filters, float[] bias, bool reduced)
    {
        var tensors = new StateDict([new("conv.weight", new WeightTensor([3, 2, 1, 1], filters)), new("conv.bias", new WeightTensor([3], bias))]);
        var network = new QuantizedNetwork(
            new FoldedNetwork([Layer], tensors), ImmutableDictionary<string, ByteScale>.Empty, []) { ReducedRange = reduced };
        return Int8Weights.Of(network, Layer, inputScale: 0.02f);
    }
}
