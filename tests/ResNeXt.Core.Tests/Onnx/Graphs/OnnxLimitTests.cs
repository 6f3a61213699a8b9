using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;

namespace ResNeXt.Core.Tests.Onnx.Graphs;

public sealed class OnnxLimitTests
{
    [Fact]
    public void CheckSize_OfANetworkThatFits_LetsItPass()
    {
        Assert.All(Architectures.All, architecture => OnnxExporter.CheckSize(architecture, 1000));
        OnnxExporter.CheckSize(Architectures.Get("resnet18"), 1_000_000);
    }

    [Theory]
    [InlineData("resnet18", 1_100_000, 1)]
    [InlineData("wide_resnet101_2", 1000, 8)]
    public void CheckSize_OfANetworkAboveTwoGigabytes_NamesItAndTheLimit(string name, int classes, int width)
    {
        Architecture architecture = Architectures.Get(name);
        architecture = architecture with { Name = "mine", BaseWidth = architecture.BaseWidth * width };

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => OnnxExporter.CheckSize(architecture, classes));

        Assert.StartsWith($"mine with {classes} classes takes ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("at most 2.15 GB", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AtTheLimit_RefusesTheFirstByteTooMany()
    {
        OnnxLimit.Check("it", int.MaxValue);
        Assert.Throws<InvalidOperationException>(() => OnnxLimit.Check("it", int.MaxValue + 1L));
    }
}
