using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Tests.Networks;

public sealed class WeightInitializationTests
{
    [Theory]
    [InlineData("layer1.0.conv2.weight", BlockForm.Grouped, 8 * 9)]
    [InlineData("layer1.0.paths.2.conv2.weight", BlockForm.Aggregated, 8 * 9)]
    [InlineData("layer1.0.conv1.weight", BlockForm.Grouped, 8)]
    [InlineData("layer1.0.paths.2.conv1.weight", BlockForm.EarlyConcatenation, 8)]
    public void He_AnyForm_SpreadsByTheFanOutOfAllTransformations(string tensor, BlockForm form, int fanOut)
    {
        // Many seeds, since one tensor has few values.
        double[] values = [.. Enumerable.Range(0, 40).SelectMany(seed => Weights(SmallNetworks.ResNeXt with { Form = form }, seed).Tensors[tensor].Values.ToArray())
            .Select(value => (double)value)];

        Assert.Equal(Math.Sqrt(2.0 / fanOut), Math.Sqrt(values.Average(value => value * value)), 0.1 * Math.Sqrt(2.0 / fanOut));
    }

    [Theory]
    [InlineData("layer1.0.conv3.weight", 8 + 64)]
    [InlineData("layer1.0.paths.1.conv1.weight", 4 + 2)]
    [InlineData("layer1.0.paths.1.conv2.weight", (2 + 2) * 9)]
    [InlineData("fc.weight", 128 + 5)]
    public void Glorot_KerasForm_IsUniformByBothFansOfEachConvolution(string tensor, int fans)
    {
        double bound = Math.Sqrt(6.0 / fans);
        double[] values = [.. Enumerable.Range(0, 40).SelectMany(seed => Weights(SmallNetworks.ResNeXt.InKerasForm(), seed).Tensors[tensor].Values.ToArray())
            .Select(value => (double)value)];

        Assert.InRange(values.Max(Math.Abs), 0.95 * bound, bound + 1e-6);
        Assert.Equal(bound / Math.Sqrt(3), Math.Sqrt(values.Average(value => value * value)), 0.1 * bound);
    }

    [Fact]
    public void Glorot_TextbookForm_StartsEveryBiasAtZero() => Assert.All(
        Weights(SmallNetworks.ResNet.InTextbookForm(), 1).Tensors.Where(tensor => tensor.Key.EndsWith("bias", StringComparison.Ordinal)),
        tensor => Assert.All(tensor.Value.Values.ToArray(), value => Assert.Equal(0, value)));

    [Theory]
    [InlineData(true, 0f)]
    [InlineData(false, 1f)]
    public void LastNormalization_ZeroInitialized_StartsEveryBlockAsItsShortcut(bool zero, float scale)
    {
        StateDict weights = Weights(SmallNetworks.ResNeXt with { ZeroInitializeLastNormalization = zero }, 1);

        foreach (string block in new[] { "layer1.0", "layer1.1", "layer2.0" })
        {
            Assert.All(weights.Tensors[$"{block}.bn3.weight"].Values.ToArray(), value => Assert.Equal(scale, value));
            Assert.All(weights.Tensors[$"{block}.bn2.weight"].Values.ToArray(), value => Assert.Equal(1, value));
        }
    }

    private static StateDict Weights(Architecture architecture, int seed)
    {
        using var network = new ResidualNetwork(architecture, 5, seed);
        return network.GetWeights();
    }
}
