using ResNeXt.Core.Networks;
using ResNeXt.Core.Tests.Networks;

namespace ResNeXt.Core.Tests;

public sealed class NetworkSummaryTests
{
    [Fact]
    public void Layers_GroupedBottleneck_HaveShapesAndCosts()
    {
        Dictionary<string, LayerSummary> layers = Architectures.Get("resnext50_32x4d").Layers(224, 1000).ToDictionary(layer => layer.Name);

        Assert.Equal("Convolution 3x3, 32 groups", layers["layer2.0.conv2"].Kind);
        Assert.Equal([256, 28, 28], layers["layer2.0.conv2"].OutputShape);
        Assert.Equal(256 * 8 * 9, layers["layer2.0.conv2"].Parameters);
        Assert.Equal(256 * 8 * 9 * 28 * 28, layers["layer2.0.conv2"].MultiplyAdds);
        Assert.Equal(256 * 28 * 28 * 4, layers["layer2.0.conv2"].ActivationBytes);
        Assert.Equal([64, 56, 56], layers["maxpool"].OutputShape);
        Assert.Equal([2048], layers["avgpool"].OutputShape);
        Assert.Equal([1000], layers["fc"].OutputShape);
        Assert.Equal(0, layers["layer2.0.relu2"].ActivationBytes);
    }

    [Theory]
    [InlineData(BlockForm.Grouped)]
    [InlineData(BlockForm.Aggregated)]
    [InlineData(BlockForm.SplitTransformMerge)]
    public void Sums_AnyForm_AreTheArchitectures(BlockForm form)
    {
        Architecture architecture = SmallNetworks.ResNeXt with { Form = form };

        var summary = new NetworkSummary(architecture, 8, 5);

        Assert.Equal(architecture.ParameterCount(5), summary.Parameters);
        Assert.Equal(architecture.MultiplyAdds(8, 5), summary.MultiplyAdds);
    }

    [Fact]
    public void ToString_SmallNetwork_IsAnAlignedTableWithSums()
    {
        Architecture architecture = SmallNetworks.ResNet with { Depths = [1] };

        string[] lines = new NetworkSummary(architecture, 8, 5).ToString().Split(Environment.NewLine);

        Assert.Equal("small_resnet, one image of 3 x 8 x 8, 5 classes", lines[0]);
        Assert.Equal("Layer           Kind                    Output shape  Parameters  Multiply-adds  Activations, KiB", lines[2]);
        Assert.Equal("conv1           Convolution 3x3         8 x 8 x 8            216         13,824               2.0", lines[4]);
        Assert.Equal("layer1.0.add    Addition                8 x 8 x 8              0              0               0.0", lines[12]);
        Assert.Equal("Total                                                      1,461         87,592              12.1", lines[^1]);
    }

    [Fact]
    public void Summary_OfANetwork_IsItsArchitectures()
    {
        using var network = new ResidualNetwork(SmallNetworks.ResNet, 5);

        Assert.Equal(new NetworkSummary(SmallNetworks.ResNet, 16, 5).ToString(), network.Summary(16).ToString());
        Assert.Contains("needs at least 8", Assert.Throws<ArgumentException>(() => network.Summary(4)).Message);
    }
}
