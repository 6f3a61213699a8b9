using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Features;
using ResNeXt.MLNet.Tests.Schema;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Features;

public sealed class ResNeXtFeaturizerTests
{
    [Theory]
    [InlineData("Planar")]
    [InlineData("Interleaved")]
    [InlineData("Image")]
    public void Fit_OnEveryKindOfColumn_GivesTheSameFeatures(string column)
    {
        float[][] expected = FeaturesOf(Featurizer("Planar").Fit(Rows()).Transform(Rows()));

        using ResNeXtFeaturizingTransformer model = Featurizer(column).Fit(Rows());
        float[][] features = FeaturesOf(model.Transform(Rows()));

        Assert.Equal(12, features.Length);
        Assert.All(expected.Zip(features), pair => AssertClose(pair.First, pair.Second));
    }

    [Theory]
    [InlineData("avgpool", 64)]
    [InlineData("layer3", 64)]
    [InlineData("layer2", 32)]
    [InlineData("layer1", 16)]
    public void Fit_OnAnyLayer_GivesOneNamedFeaturePerChannel(string layer, int channels)
    {
        using ResNeXtFeaturizingTransformer model = Featurizer("Planar", new() { Layer = layer }).Fit(Rows());
        DataViewSchema.Column column = model.Transform(Rows()).Schema["Features"];

        Assert.Equal((NumberDataViewType.Single, channels), column.Type is VectorDataViewType type ? (type.ItemType, type.Size) : default);
        Assert.Equal(Enumerable.Range(0, channels).Select(channel => $"{layer}.{channel}"), SlotNames(column));
        Assert.Equal(model.FeatureNames, SlotNames(column));
    }

    [Fact]
    public void Fit_OnAvgpool_ComputesWhatTheLastLayerClassifies()
    {
        using ResNeXtTransformer classifier = Trainer().Fit(KeyedRows());
        var weights = classifier.GetWeights().Tensors;
        float[] matrix = weights["fc.weight"].Values.ToArray(), bias = weights["fc.bias"].Values.ToArray();

        using ResNeXtFeaturizingTransformer model = MlContext.Transforms.ResNeXtFeaturizer("Features", "Planar", classifier).Fit(Rows());

        float[][] scores = [.. FeaturesOf(model.Transform(Rows())).Select(features =>
            Softmax([.. bias.Select((offset, row) => offset + matrix.AsSpan(row * features.Length, features.Length).ToArray().Zip(features, (a, b) => a * b).Sum())]))];
        Assert.All(Scores(classifier.Transform(Rows())).Zip(scores), pair => AssertClose(pair.First, pair.Second));
    }

    [Fact]
    public void Fit_FromTransformerZipOnnxAndWeights_GivesTheSameFeatures()
    {
        using ResNeXtTransformer classifier = Trainer().Fit(KeyedRows());
        using var zip = new TemporaryFile(name: "model.zip");
        using var onnx = new TemporaryFile(name: "model.onnx");
        MlContext.Model.Save(classifier, KeyedRows().Schema, zip.Path);
        classifier.SaveOnnx(onnx.Path);
        TransformsCatalog transforms = MlContext.Transforms;

        float[][][] features = [.. new[]
        {
            transforms.ResNeXtFeaturizer("Features", "Planar", classifier),
            transforms.ResNeXtFeaturizer("Features", "Planar", zip.Path),
            transforms.ResNeXtFeaturizer("Features", "Planar", onnx.Path),
            transforms.ResNeXtFeaturizer("Features", "Planar", "resnet20_cifar", zip.Path),
        }.Select(estimator => FeaturesOf(estimator.Fit(Rows()).Transform(Rows())))];

        Assert.All(features, each => Assert.Equal(features[0], each));
    }

    [Theory]
    [InlineData("Planar", "Features")]
    [InlineData("Planar", "Planar")]
    [InlineData("Image", "Features")]
    [InlineData("Image", "Image")]
    public void GetOutputSchema_BeforeFit_EqualsWhatFitProduces(string column, string output)
    {
        ResNeXtFeaturizingEstimator estimator = Featurizer(column, output: output);

        SchemaShape before = estimator.GetOutputSchema(ShapeOf.Data(Rows()));
        using ResNeXtFeaturizingTransformer model = estimator.Fit(Rows());

        Assert.Equal(ShapeOf.Describe(ShapeOf.Data(model.Transform(Rows()))), ShapeOf.Describe(before));
    }

    internal static ResNeXtFeaturizingEstimator Featurizer(string column, FeaturizerOptions? options = null, string output = "Features") =>
        MlContext.Transforms.ResNeXtFeaturizer(output, column, LastStep("Planar"), options);

    internal static float[][] FeaturesOf(IDataView data, string column = "Features") => [.. data.GetColumn<float[]>(column)];

    private static float[] Softmax(float[] logits)
    {
        float[] powers = [.. logits.Select(MathF.Exp)];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    private static void AssertClose(float[] expected, float[] actual) => Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-4);
}
