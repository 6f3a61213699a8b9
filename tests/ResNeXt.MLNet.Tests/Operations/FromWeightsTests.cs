using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

public sealed class FromWeightsTests
{
    [SharedDataTheory]
    [InlineData(false, "Planar")]
    [InlineData(true, "Image")]
    public void FromWeights_OfPublishedNetwork_ScoresInAPipelineLikePyTorch(bool reloaded, string column)
    {
        IDataView rows = CifarRow.Rows(MlContext);
        using ResNeXtTransformer network = ResNeXtTransformer.FromWeights(
            MlContext, "resnet20_cifar", SharedData.Path("data", "weights", "resnet20-12fca82f.th"),
            new WeightsOptions { ClassNames = CifarRow.ClassNames, FeatureColumnName = "Mine", FeatureIsImage = column == "Image" });
        ITransformer pipeline = MlContext.Transforms.CopyColumns("Mine", column).Fit(rows).Append(network);

        IDataView scored = ReloadIf(reloaded, pipeline, rows.Schema).Transform(rows);
        MulticlassClassificationMetrics metrics = MlContext.MulticlassClassification.Evaluate(scored);

        Assert.Equal(1850, (int)Math.Round(metrics.MicroAccuracy * 2000));
        Assert.Equal(0.354845, metrics.LogLoss, 1e-5);
        Assert.Equal(CifarRow.ClassNames, KeyValues(scored.Schema["PredictedLabel"]));
        Assert.Equal(CifarRow.ClassNames, SlotNames(scored.Schema["Score"]));
    }

    [Fact]
    public void FromWeights_OfOwnOnnx_ScoresLikeTheModelThatWroteIt()
    {
        // Images of 16 pixels, where the network's default is 32, and mirror images.
        using ResNeXtTransformer model = Trainer(Options() with { TestTimeFlip = true }).Fit(KeyedRows());
        using var file = new TemporaryFile(name: "model.onnx");
        model.SaveOnnx(file.Path);

        using ResNeXtTransformer scorer = ResNeXtTransformer.FromWeights(
            MlContext, "resnet20_cifar", file.Path, new WeightsOptions { FeatureColumnName = "Planar" });

        Assert.Equal(Patterns.Names, scorer.ClassNames);
        Assert.Equal(Scores(model.Transform(Rows())), Scores(scorer.Transform(Rows())));
    }

    // The pixels of images have the order in which ML.NET extracts them.
    [Fact]
    public void FromWeights_OnImages_ScoresTheSameWhateverTheOrderOfVectors()
    {
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        using var file = new TemporaryFile(name: "model.onnx");
        model.SaveOnnx(file.Path);
        using ResNeXtTransformer scorer = ResNeXtTransformer.FromWeights(MlContext, "resnet20_cifar", file.Path,
            new WeightsOptions { FeatureColumnName = "Image", FeatureIsImage = true, PixelLayout = PixelLayout.Interleaved });

        Assert.Equal(Scores(model.Transform(Rows())), Scores(scorer.Transform(Rows())));
    }

    [Theory]
    [InlineData(true, "file", "stripes", "checks")]
    [InlineData(true, "images", "0", "1", "2")]
    [InlineData(false, "images", "a", "b", "c")]
    public void FromWeights_ForImagesWithClasses_TakesTheNamesOfTheFileUnlessItHasNone(bool isNamed, string source, params string[] ofImages)
    {
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        using var file = new TemporaryFile(name: "weights.safetensors");
        StateDict weights = model.GetWeights();
        SafetensorsFile.Write(file.Path, isNamed ? weights : new StateDict(weights.Tensors));

        using ResNeXtTransformer scorer = ResNeXtTransformer.FromWeights(
            MlContext, "resnet20_cifar", file.Path, new WeightsOptions { FeatureColumnName = "Planar", ImageClassNames = ofImages });

        Assert.Equal(source == "file" ? Patterns.Names : ofImages, scorer.ClassNames);
    }

    [Fact]
    public void FromWeights_WithMistakes_SaysWhatIsGivenAndAllowed()
    {
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        using var file = new TemporaryFile(name: "model.onnx");
        model.SaveOnnx(file.Path);
        string Message(string architecture, WeightsOptions options) =>
            Assert.Throws<ArgumentException>(() => ResNeXtTransformer.FromWeights(MlContext, architecture, file.Path, options)).Message;

        Assert.Contains("'resnet21_cifar' is unknown", Message("resnet21_cifar", new()), StringComparison.Ordinal);
        Assert.Contains("2 class names are given", Message("resnet20_cifar", new() { ClassNames = ["a", "b"] }), StringComparison.Ordinal);
        Assert.Contains("'a' is given twice", Message("resnet20_cifar", new() { ClassNames = ["a", "b", "a"] }), StringComparison.Ordinal);
        Assert.Contains("at least 8", Message("resnet20_cifar", new() { ImageSize = 7 }), StringComparison.Ordinal);
        Assert.Contains("FeatureColumnName is empty", Message("resnet20_cifar", new() { FeatureColumnName = "" }), StringComparison.Ordinal);
        Assert.Contains("must differ", Message("resnet20_cifar", new() { ScoreColumnName = "PredictedLabel" }), StringComparison.Ordinal);
    }
}
