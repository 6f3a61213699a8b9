using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Tests.Weights.Matching;

public sealed class BlockFormConverterTests
{
    private static readonly Architecture Grouped = SmallNetworks.ResNeXt;
    private static readonly Architecture Aggregated = Grouped with { Form = BlockForm.Aggregated };

    [Fact]
    public void Convert_ToAggregated_CutsOutputChannelsAndTheLastInputChannels()
    {
        StateDict weights = GoldenWeights.Of(Grouped, 5), converted = BlockFormConverter.Convert(weights, Grouped, Aggregated);

        Assert.Equal(Aggregated.Tensors(5).Select(spec => spec.Name), converted.Tensors.Keys);
        // 8 x 16 x 1 x 1 in four paths: two output channels each.
        Assert.Equal(weights.Tensors["layer1.0.conv1.weight"].Values.Slice(3 * 32, 32).ToArray(), converted.Tensors["layer1.0.paths.3.conv1.weight"].Values.ToArray());
        // 64 x 8 x 1 x 1 in four paths: two input channels each.
        float[] last = weights.Tensors["layer1.0.conv3.weight"].Values.ToArray();
        Assert.Equal(Enumerable.Range(0, 64).SelectMany(output => new[] { last[output * 8 + 2], last[output * 8 + 3] }), converted.Tensors["layer1.0.paths.1.conv3.weight"].Values.ToArray());
        Assert.Same(weights.Tensors["fc.weight"], converted.Tensors["fc.weight"]);
    }

    [Fact]
    public void Convert_WithoutHead_LeavesItOut()
    {
        var headless = new StateDict(GoldenWeights.Of(Grouped, 5).Tensors.Where(tensor => !tensor.Key.StartsWith("fc.", StringComparison.Ordinal)));

        Assert.DoesNotContain("fc.weight", BlockFormConverter.Convert(headless, Grouped, Aggregated).Tensors.Keys);
    }

    [Fact]
    public void Convert_DescribedWeights_DescribesTheNewForm()
    {
        var model = new ClassifierModel
        {
            Architecture = Grouped,
            Weights = GoldenWeights.Of(Grouped, 2),
            ClassNames = ["cat", "dog"],
            Shape = new ImageShape(3, 8, 8),
        };
        var described = new StateDict(model.Weights.Tensors, ModelMetadata.Describe(model));

        StateDict converted = BlockFormConverter.Convert(described, Grouped, Aggregated);

        ClassifierModel read = ModelMetadata.Read(converted.Metadata, converted);
        Assert.Equal(BlockForm.Aggregated, read.Architecture.Form);
        Assert.Equal(["cat", "dog"], read.ClassNames);
    }

    [Fact]
    public void Convert_FromGroupedToSplit_SaysThatTheyComputeSomethingElse()
    {
        var exception = Assert.Throws<ArgumentException>(() =>
            BlockFormConverter.Convert(GoldenWeights.Of(Grouped, 5), Grouped, Grouped with { Form = BlockForm.SplitTransformMerge }));

        Assert.Contains("compute something else", exception.Message);
    }

    [Fact]
    public void Convert_ArchitecturesThatDiffer_AreRefused()
    {
        StateDict weights = GoldenWeights.Of(Grouped, 5);

        Assert.Contains("more than their form", Assert.Throws<ArgumentException>(() =>
            BlockFormConverter.Convert(weights, Grouped, Aggregated with { StridePlacement = StridePlacement.First1x1 })).Message);
        Assert.Contains("more than their form", Assert.Throws<ArgumentException>(() =>
            BlockFormConverter.Convert(weights, Grouped, Aggregated with { Depths = [1, 2] })).Message);
    }

    [Fact]
    public void Convert_WeightsOfAnotherForm_NamesTheTensorThatIsMissing()
    {
        var exception = Assert.Throws<ArgumentException>(() => BlockFormConverter.Convert(GoldenWeights.Of(Grouped, 5), Aggregated, Grouped));

        Assert.Contains("'layer1.0.paths.0.conv1.weight'", exception.Message);
    }
}
