using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Tests.Weights.Matching;

public sealed class MismatchHintTests
{
    [Theory]
    [InlineData("resnet34", "resnet18", "The file holds a ResNet-34: stages of 3, 4, 6, 3 blocks with 2 convolutions each.")]
    [InlineData("resnet34", "resnet50", "The file holds a ResNet-34: stages of 3, 4, 6, 3 blocks with 2 convolutions each.")]
    [InlineData("resnet50", "resnet34", "The file holds a ResNet-50: stages of 3, 4, 6, 3 blocks with 3 convolutions each.")]
    [InlineData("resnet101", "resnet50", "The file holds a ResNet-101: stages of 3, 4, 23, 3 blocks with 3 convolutions each.")]
    [InlineData("resnet20_cifar", "resnet18", "The file holds a ResNet-20: stages of 3, 3, 3 blocks with 2 convolutions each.")]
    public void Describe_OtherDepths_NamesTheNetworkOfTheFile(string made, string asked, string expected) =>
        Assert.Equal(expected, MismatchHint.Describe(Tensors(made), Architectures.Get(asked)));

    [Fact]
    public void Describe_NamesInAnyOrder_GivesTheStagesInTheirs() => Assert.Contains("stages of 3, 4, 23, 3 blocks",
        MismatchHint.Describe(Tensors("resnet101").Reverse().ToDictionary(), Architectures.Get("resnet50")), StringComparison.Ordinal);

    [Fact]
    public void Describe_TheSameStages_SaysNothing() => Assert.Null(MismatchHint.Describe(Tensors("resnext50_32x4d"), Architectures.Get("resnet50")));

    [Fact]
    public void Describe_NoStatistics_SaysWhatThatMeans() => Assert.StartsWith("It has no statistics of batch normalization (running_mean)",
        MismatchHint.Describe(Tensors("resnet18", name => !name.Contains("running", StringComparison.Ordinal)), Architectures.Get("resnet18")));

    [Fact]
    public void Describe_SomeStatistics_SaysNothing() => Assert.Null(
        MismatchHint.Describe(Tensors("resnet18", name => !name.StartsWith("bn1.running", StringComparison.Ordinal)), Architectures.Get("resnet18")));

    [Fact]
    public void Describe_NoBlocks_SaysNothing() =>
        Assert.Null(MismatchHint.Describe(new Dictionary<string, WeightTensor> { ["mine.weight"] = new([1], default) }, Architectures.Get("resnet18")));

    // Digits of another script.
    [Fact]
    public void Describe_ABlockThatHasNoNumber_SaysNothing() =>
        Assert.Null(MismatchHint.Describe(new Dictionary<string, WeightTensor> { ["layer1.\u0663.x"] = new([1], default) }, Architectures.Get("resnet18")));

    // Names and shapes alone: no value is looked at.
    private static Dictionary<string, WeightTensor> Tensors(string architecture, Func<string, bool>? isKept = null) =>
        Architectures.Get(architecture).Tensors(10).Where(tensor => isKept?.Invoke(tensor.Name) ?? true)
            .ToDictionary(tensor => tensor.Name, tensor => new WeightTensor(tensor.Shape, default));
}
