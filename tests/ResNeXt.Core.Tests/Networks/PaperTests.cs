using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>What the papers' tables say, against what follows from the descriptions.</summary>
public sealed class PaperTests
{
    [Theory]
    [InlineData("resnet50", new[] { 64, 128, 256, 512 }, 1, 25.5, 4.1)]
    [InlineData("resnext50_32x4d", new[] { 128, 256, 512, 1024 }, 32, 25.0, 4.2)]
    public void Table1OfResNeXt_WidthsParametersAndFlops_AreOurs(string name, int[] widths, int cardinality, double millions, double billions)
    {
        Architecture architecture = Architectures.Get(name);
        IReadOnlyList<BlockSpec> blocks = architecture.Blocks();

        Assert.Equal(new[] { 3, 4, 6, 3 }, blocks.CountBy(block => block.Stage).Select(stage => stage.Value));
        Assert.Equal(widths, blocks.GroupBy(block => block.Stage).Select(stage => stage.Select(block => block.Width).Distinct().Single()));
        Assert.Equal(new[] { 256, 512, 1024, 2048 }, blocks.GroupBy(block => block.Stage).Select(stage => stage.Select(block => block.OutputChannels).Distinct().Single()));
        Assert.All(blocks, block => Assert.Equal(cardinality, block.Cardinality));
        Assert.Equal(millions, architecture.ParameterCount(1000) / 1e6, 0.06);
        Assert.Equal(billions, architecture.MultiplyAdds(224, 1000) / 1e9, 0.05);
    }

    [Theory]
    [InlineData(1, 64, 64, 69_632, 25_557_032)]
    [InlineData(2, 40, 80, 69_760, 25_425_000)]
    [InlineData(4, 24, 96, 69_888, 25_292_968)]
    [InlineData(8, 14, 112, 71_456, 25_603_016)]
    [InlineData(32, 4, 128, 70_144, 25_028_904)]
    public void Table2OfResNeXt_CardinalityAndWidth_KeepTheBlockAtTheSameSize(int cardinality, int width, int total, long block, long network)
    {
        Architecture architecture = Architectures.Get("resnet50") with { Name = $"resnext50_{cardinality}x{width}d", Cardinality = cardinality, BaseWidth = width };

        Assert.Equal(total, architecture.Blocks()[1].Width);
        Assert.Equal(block, architecture.Tensors(1000).Where(tensor => tensor.Name.StartsWith("layer1.1.conv", StringComparison.Ordinal)).Sum(tensor => tensor.Length));
        Assert.Equal(network, architecture.ParameterCount(1000));
        Assert.Equal(0.22, architecture.Layers(224, 1000).Where(layer => layer.Name.StartsWith("layer1.1.", StringComparison.Ordinal)).Sum(layer => layer.MultiplyAdds) / 1e9, 0.005);
    }

    [Theory]
    [InlineData("resnet18", 18)]
    [InlineData("resnet34", 34)]
    [InlineData("resnet50", 50)]
    [InlineData("resnet101", 101)]
    [InlineData("resnet152", 152)]
    [InlineData("resnet20_cifar", 20)]
    [InlineData("resnet32_cifar", 32)]
    [InlineData("resnet44_cifar", 44)]
    [InlineData("resnet56_cifar", 56)]
    [InlineData("resnet110_cifar", 110)]
    [InlineData("resnext29_32x4d_cifar", 29)]
    public void Table1OfResNetAndSection42_LayersWithWeights_GiveTheNetworkItsName(string name, int depth) =>
        Assert.Equal(depth, Architectures.Get(name).Tensors(10).Count(tensor =>
            tensor.Name.EndsWith("weight", StringComparison.Ordinal) && tensor.Shape.Count > 1 && !tensor.Name.Contains("downsample")));

    // Parameters and operations with 1000 classes at 224 pixels as torchvision publishes them; resnext101_32x4d from the same arithmetic.
    // For the CIFAR networks with 10 classes at 32 pixels: table 6 of ResNet and table 7 of ResNeXt, exactly.
    [Theory]
    [InlineData("resnet18", 11_689_512, 1.814)]
    [InlineData("resnet34", 21_797_672, 3.664)]
    [InlineData("resnet50", 25_557_032, 4.089)]
    [InlineData("resnet101", 44_549_160, 7.801)]
    [InlineData("resnet152", 60_192_808, 11.514)]
    [InlineData("resnext50_32x4d", 25_028_904, 4.230)]
    [InlineData("resnext101_32x4d", 44_177_704, 7.970)]
    [InlineData("resnext101_32x8d", 88_791_336, 16.414)]
    [InlineData("resnext101_64x4d", 83_455_272, 15.460)]
    [InlineData("wide_resnet50_2", 68_883_240, 11.398)]
    [InlineData("wide_resnet101_2", 126_886_696, 22.753)]
    [InlineData("resnet18_cntk", 16_410_152, 2.045)]
    [InlineData("resnet20_cifar", 269_722, 0.0406)]
    [InlineData("resnet32_cifar", 464_154, 0.0689)]
    [InlineData("resnet44_cifar", 658_586, 0.0972)]
    [InlineData("resnet56_cifar", 853_018, 0.1255)]
    [InlineData("resnet110_cifar", 1_727_962, 0.2529)]
    [InlineData("resnext29_8x64d_cifar", 34_426_698, 5.387)]
    [InlineData("resnext29_16x64d_cifar", 68_155_210, 10.689)]
    [InlineData("resnext29_32x4d_cifar", 4_775_754, 0.774)]
    public void EveryKnownNetwork_ParametersAndOperations_AreThePublished(string name, long parameters, double billions)
    {
        Architecture architecture = Architectures.Get(name);
        bool cifar = architecture.Stem == StemKind.Cifar;
        int classes = cifar ? 10 : 1000;

        Assert.Equal(parameters, architecture.ParameterCount(classes));
        Assert.Equal(billions, architecture.MultiplyAdds(architecture.DefaultImageSize, classes) / 1e9, name.StartsWith("resnet", StringComparison.Ordinal) && cifar ? 0.00005 : 0.0005);
    }

    [Fact]
    public void EveryKnownNetwork_IsInTheTheoryAbove()
    {
        IEnumerable<string> tested = typeof(PaperTests).GetMethod(nameof(EveryKnownNetwork_ParametersAndOperations_AreThePublished))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(data => (string)data.GetData(null!).Single()[0]);

        Assert.Equal(Architectures.All.Select(architecture => architecture.Name).Order(), tested.Order());
        Assert.Equal(Architectures.All.Length, Architectures.All.Select(architecture => architecture.Name.ToUpperInvariant()).Distinct().Count());
    }

    [Theory]
    [InlineData("resnet18", 122)]
    [InlineData("resnet34", 218)]
    [InlineData("resnet50", 320)]
    [InlineData("resnext50_32x4d", 320)]
    [InlineData("resnet101", 626)]
    [InlineData("resnext101_32x8d", 626)]
    [InlineData("resnet152", 932)]
    public void TorchvisionStateDict_HasAsManyKeys_WithACounterPerNormalization(string name, int keys)
    {
        IReadOnlyList<TensorSpec> tensors = Architectures.Get(name).Tensors(1000);

        Assert.Equal(keys, tensors.Count + tensors.Count(tensor => tensor.Name.EndsWith("running_mean", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("resnet20_cifar", 272_474)]
    [InlineData("resnet32_cifar", 466_906)]
    [InlineData("resnet44_cifar", 661_338)]
    [InlineData("resnet56_cifar", 855_770)]
    [InlineData("resnet110_cifar", 1_730_714)]
    public void Section33OfResNet_OptionB_AddsTheProjections(string name, long parameters) =>
        Assert.Equal(parameters, (Architectures.Get(name) with { Shortcut = ShortcutKind.Projection }).ParameterCount(10));

    [Theory]
    [InlineData(1, 64, 4_914_250)]
    [InlineData(2, 64, 9_130_314)]
    [InlineData(4, 64, 17_562_442)]
    public void Figure7OfResNeXt_CifarNetworks_GrowWithCardinality(int cardinality, int width, long parameters) =>
        Assert.Equal(parameters, (Architectures.Get("resnext29_8x64d_cifar") with { Cardinality = cardinality, BaseWidth = width }).ParameterCount(10));

    [Theory]
    [InlineData(BlockForm.Aggregated)]
    [InlineData(BlockForm.EarlyConcatenation)]
    public void Figure3OfResNeXt_EveryForm_HasTheSameParametersAndOperations(BlockForm form)
    {
        Architecture grouped = Architectures.Get("resnext50_32x4d"), other = grouped with { Form = form };

        Assert.Equal(grouped.ParameterCount(1000), other.ParameterCount(1000));
        Assert.Equal(grouped.MultiplyAdds(224, 1000), other.MultiplyAdds(224, 1000));
    }

    [Fact]
    public void Section41OfResNet_StrideOnTheFirst1x1_SavesOperationsButNoParameters()
    {
        Architecture late = Architectures.Get("resnet50"), early = late with { StridePlacement = StridePlacement.First1x1 };

        // Table 1 of the ResNet paper says 3.8 billion for its 50 layers, where torchvision's have 4.1.
        Assert.Equal(3.8, early.MultiplyAdds(224, 1000) / 1e9, 0.1);
        Assert.Equal(late.ParameterCount(1000), early.ParameterCount(1000));
    }
}
