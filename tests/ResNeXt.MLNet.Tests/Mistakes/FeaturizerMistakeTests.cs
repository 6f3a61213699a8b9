using Microsoft.ML;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet.Features;
using ResNeXt.MLNet.Tests.Schema;
using static ResNeXt.MLNet.Tests.Features.ResNeXtFeaturizerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Mistakes;

public sealed class FeaturizerMistakeTests
{
    [Fact]
    public void ResNeXtFeaturizer_WithSeveralMistakes_ListsThemTogether()
    {
        var options = new FeaturizerOptions { Layer = "layer4", ImageSize = 4, Normalization = new PixelNormalization([1], [1]) };

        string message = Assert.Throws<ArgumentException>(() => Featurizer(" ", options)).Message;

        string[] parts = ["inputColumnName is empty", "'avgpool', 'layer1', 'layer2', 'layer3'", "at least 8 and at most 8192", "takes 3 channels"];
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Nowhere", "There is no column 'Nowhere'")]
    [InlineData("Label", "takes images (MLImage")]
    [InlineData("Number", "takes images (MLImage")]
    public void Fit_OnAColumnThatHoldsNoPixels_SaysSoBeforeAndInFit(string column, string says)
    {
        ResNeXtFeaturizingEstimator estimator = Featurizer(column);

        string before = Assert.Throws<InvalidOperationException>(() => estimator.GetOutputSchema(ShapeOf.Data(Rows()))).Message;
        string inFit = Assert.Throws<InvalidOperationException>(() => estimator.Fit(Rows())).Message;

        Assert.Contains(says, before, StringComparison.Ordinal);
        Assert.Contains(says, inFit, StringComparison.Ordinal);
    }

    [Fact]
    public void ResNeXtFeaturizer_FromWeightsOfAnotherNetwork_SaysWhichFits()
    {
        using var file = new TemporaryFile(name: "weights.safetensors");
        using var network = new Core.ResidualNetwork(Core.Architectures.Get("resnet20_cifar"), 3);
        SafetensorsFile.Write(file.Path, network.GetWeights());
        TransformsCatalog transforms = MlContext.Transforms;

        string other = Assert.Throws<InvalidDataException>(() => transforms.ResNeXtFeaturizer("Features", "Image", "resnet32_cifar", file.Path)).Message;
        string unnamed = Assert.Throws<InvalidDataException>(() => transforms.ResNeXtFeaturizer("Features", "Image", file.Path)).Message;

        Assert.Contains("do not fit resnet32_cifar", other, StringComparison.Ordinal);
        Assert.Contains("fits resnet20_cifar", other, StringComparison.Ordinal);
        Assert.Contains("does not say which network it is for; name the architecture", unnamed, StringComparison.Ordinal);
    }

    [Fact]
    public void ResNeXtFeaturizer_FromWeightsWithoutALastLayer_Works()
    {
        using var file = new TemporaryFile(name: "weights.safetensors");
        using var network = new Core.ResidualNetwork(Core.Architectures.Get("resnet20_cifar"), 3);
        StateDict all = network.GetWeights();
        SafetensorsFile.Write(file.Path, new StateDict(all.Tensors.Where(item => !item.Key.StartsWith("fc.", StringComparison.Ordinal))));

        using ResNeXtFeaturizingTransformer model = MlContext.Transforms.ResNeXtFeaturizer("Features", "Planar", "resnet20_cifar", file.Path).Fit(Rows());

        Assert.Equal(64, FeaturesOf(model.Transform(Rows()))[0].Length);
    }
}
