using ResNeXt.Core.Weights.Pretrained;

namespace ResNeXt.Core.Tests.Weights.Pretrained;

public sealed class PretrainedWeightsTests
{
    [Fact]
    public void All_OfTorchvision_HasItsTenNetworks()
    {
        PretrainedWeights[] torchvision = [.. PretrainedWeights.All.Where(weights => weights.Name.StartsWith("torchvision:", StringComparison.Ordinal))];

        Assert.Equal(17, torchvision.Length);
        Assert.Equal(10, torchvision.Select(weights => weights.Architecture).Distinct().Count());
        Assert.All(torchvision, weights =>
        {
            Assert.EndsWith($"-{weights.Sha256Prefix}.pth", weights.FileName, StringComparison.Ordinal);
            Assert.Equal($"https://download.pytorch.org/models/{weights.FileName}", $"{weights.Address}");
            Assert.InRange(weights.ImageNetAccuracy!.Value, 0.69, 0.84);
        });
    }

    [Fact]
    public void All_ApproximateBytes_FitTheParameters() =>
        // Four bytes for each parameter, or two in the files of the first wide networks.
        Assert.All(PretrainedWeights.All.Where(weights => weights.Sha256Prefix is not null), weights => Assert.InRange(
            weights.ApproximateBytes!.Value / (double)Architectures.Get(weights.Architecture).ParameterCount(1000), 2, 4.1));

    [Fact]
    public void All_Names_AreUnique() =>
        Assert.Equal(PretrainedWeights.All.Length, PretrainedWeights.All.Select(weights => weights.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Theory]
    [InlineData("torchvision:resnet50.IMAGENET1K_V1", "resnet50-0676ba61.pth")]
    [InlineData("TorchVision:ResNet50.imagenet1k_v2", "resnet50-11ad3fa6.pth")]
    [InlineData("torchvision:resnet50.DEFAULT", "resnet50-11ad3fa6.pth")]
    [InlineData("torchvision:resnext101_64x4d.default", "resnext101_64x4d-173b62eb.pth")]
    [InlineData("nuget:Microsoft.ML.DnnImageFeaturizer.ResNet18", "ResNet18Onnx/ResNet18.onnx")]
    public void Get_OfAName_FindsItsFile(string name, string file) => Assert.Equal(file, PretrainedWeights.Get(name).FileName);

    [Theory]
    [InlineData("torchvision:resnet50.IMAGENET1K_V3")]
    [InlineData("torchvision:resnet51.DEFAULT")]
    [InlineData("nuget:Microsoft.ML.DnnImageFeaturizer.DEFAULT")]
    public void Get_OfAnUnknownName_ListsTheKnownOnes(string name)
    {
        var exception = Assert.Throws<ArgumentException>(() => PretrainedWeights.Get(name));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
        Assert.Contains("torchvision:resnet50.IMAGENET1K_V2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pretrained", true)]
    [InlineData("torchvision:anything", true)]
    [InlineData("nuget:anything", true)]
    [InlineData("./pretrained", false)]
    [InlineData("C:/weights/resnet50.pth", false)]
    [InlineData("resnet50-11ad3fa6.pth", false)]
    public void IsName_OfNamesAndPaths_TellsThemApart(string text, bool expected) => Assert.Equal(expected, PretrainedWeights.IsName(text));

    [Fact]
    public void ImageNetClasses_Names_AreTorchvisions()
    {
        Assert.Equal(1000, ImageNetClasses.Names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("tench", ImageNetClasses.Names[0]);
        Assert.Equal("crane bird", ImageNetClasses.Names[134]);
        Assert.Equal("golden retriever", ImageNetClasses.Names[207]);
        Assert.Equal("crane", ImageNetClasses.Names[517]);
        Assert.Equal("maillot tank suit", ImageNetClasses.Names[639]);
        Assert.Equal("daisy", ImageNetClasses.Names[985]);
        Assert.Equal("toilet tissue", ImageNetClasses.Names[999]);
    }
}
