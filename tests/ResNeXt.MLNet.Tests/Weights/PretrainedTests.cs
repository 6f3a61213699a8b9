using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Weights;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Features;
using ModelMetadata = ResNeXt.Core.Onnx.Models.ModelMetadata;

namespace ResNeXt.MLNet.Tests.Weights;

public sealed class PretrainedTests
{
    private static readonly MLContext MlContext = new(seed: 1);

    private static PretrainedOptions Nowhere => PackagedModelFactAttribute.Places with { Environment = name => name is "NUGET_PACKAGES" or "TORCH_HOME" ? "/nowhere" : null };

    [PackagedModelFact]
    public void ResNeXtFeaturizer_WithoutAFile_UsesThePackagesNetwork()
    {
        IDataView rows = Patterns.Rows(MlContext, count: 2);

        using ResNeXtFeaturizingTransformer model = MlContext.Transforms
            .ResNeXtFeaturizer("Features", "Image", new FeaturizerOptions { Pretrained = PackagedModelFactAttribute.Places, ImageSize = 32 }).Fit(rows);

        float[][] features = [.. model.Transform(rows).GetColumn<float[]>("Features")];
        Assert.All(features, values => Assert.Equal(512, values.Length));
        Assert.NotEqual(features[0], features[1]);
        Assert.Equal([2, 2, 2, 3], model.Architecture.Depths.ToArray());
    }

    [PackagedModelFact(onPhotographs: true), Trait("Category", "Slow")]
    public void ResNeXtFeaturizer_OnPhotographs_GivesTheFeaturesOfTheOriginalFile()
    {
        IDataView files = MlContext.Data.TakeRows(MlContext.Data.ShuffleRows(MlContext.Data.LoadFromImageFolder(SharedData.Path("data", "flowers")), seed: 1), 20);
        IDataView rows = MlContext.Transforms.DecodeImages()
            .Append(MlContext.Transforms.ResizeImages("Image", 224, 224))
            .Append(MlContext.Transforms.ExtractPixels("Pixels", "Image", orderOfExtraction: ImagePixelExtractingEstimator.ColorsOrder.ABGR)).Fit(files).Transform(files);

        using ResNeXtFeaturizingTransformer model = MlContext.Transforms
            .ResNeXtFeaturizer("Features", "Image", new FeaturizerOptions { Pretrained = PackagedModelFactAttribute.Places }).Fit(rows);

        IDataView scored = model.Transform(rows);
        string file = PretrainedFile.Find(PackagedModelFactAttribute.Name, options: PackagedModelFactAttribute.Places).Path;
        float[] mean = [.. ModelMetadata.Normalization(WeightFile.Read(file).Metadata)!.Mean];
        using var original = new InferenceSession(file);
        foreach ((float[] pixels, float[] features) in scored.GetColumn<float[]>("Pixels").Zip(scored.GetColumn<float[]>("Features")))
        {
            // Blue first, so the means come in the opposite order.
            float[] image = [.. pixels.Select((value, index) => value - mean[2 - (index / (224 * 224))])];
            using var run = new RunOptions();
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, 224, 224]);
            using var outputs = original.Run(run, new Dictionary<string, OrtValue> { [original.InputNames[0]] = input }, original.OutputNames);
            float[] expected = outputs[0].GetTensorDataAsSpan<float>().ToArray();
            Assert.All(expected.Zip(features), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * expected.Max(Math.Abs)));
        }
    }

    [PackagedModelFact]
    public void Fit_FromPretrainedWeights_TrainsThePackagesNetwork()
    {
        IDataView rows = MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Patterns.Rows(MlContext, count: 6)).Transform(Patterns.Rows(MlContext, count: 6));

        using ResNeXtTransformer model = MlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
        {
            FeatureColumnName = "Image",
            InitialWeights = "pretrained",
            Pretrained = PackagedModelFactAttribute.Places,
            ImageSize = 32,
            MaxEpochs = 1,
        }).Fit(rows);

        Assert.Equal([2, 2, 2, 3], model.Architecture.Depths.ToArray());
        Assert.Equal(Patterns.Names.Order(), model.ClassNames.Order());
    }

    [Fact]
    public void FromWeights_OfAFileOfTorchvision_NamesTheClassesOfImageNet()
    {
        using var file = new TemporaryFile(name: "resnet18-f37072fd.pth");
        using (var network = new ResidualNetwork(Architectures.Get("resnet18"), classes: 1000, seed: 1))
            SafetensorsFile.Write(file.Path, network.GetWeights());

        using ResNeXtTransformer model = ResNeXtTransformer.FromWeights(MlContext, file.Path, new WeightsOptions { ImageSize = 32 });

        Assert.Equal("resnet18", model.Architecture.Name);
        Assert.Equal(ImageNetClasses.Names, model.ClassNames);
    }

    [Fact]
    public void FromWeights_OfWeightsWithoutClasses_SaysSo() =>
        Assert.Contains("have no last layer", Assert.Throws<ArgumentException>(() => ResNeXtTransformer.FromWeights(
            MlContext, PackagedModelFactAttribute.Name, new WeightsOptions { Pretrained = PackagedModelFactAttribute.Places })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("pretrained", null, "not on this machine")]
    [InlineData("pretrained", "resnet20_cifar", "There are no pretrained weights for resnet20_cifar")]
    [InlineData("torchvision:resnet50.IMAGENET1K_V9", null, "are unknown")]
    [InlineData("torchvision:resnet50.DEFAULT", "resnet18", "are for resnet50, not for resnet18")]
    public void ResNeXt_OfWeightsThatCannotBeHad_SaysSoBeforeTraining(string weights, string? architecture, string expected)
    {
        var options = new ResNeXtTrainer.Options { InitialWeights = weights, Pretrained = Nowhere };
        if (architecture is not null)
            options.Architecture = architecture;

        var exception = Assert.Throws<ArgumentException>(() => MlContext.MulticlassClassification.Trainers.ResNeXt(options));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResNeXt_OfANameThatMayBeDownloaded_IsMadeWithoutDownloading() =>
        MlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
        {
            InitialWeights = "torchvision:resnet50.DEFAULT",
            Pretrained = Nowhere with { Download = true, MirrorAddress = new Uri("http://127.0.0.1:9/") },
        });

    [Fact]
    public void Recipe_OfPretrainedWeights_FineTunes()
    {
        Assert.NotNull(new ResNeXtTrainer.Options { InitialWeights = "pretrained" }.EffectiveRecipe.FineTuning);
        Assert.Null(new ResNeXtTrainer.Options { InitialWeights = "weights.pth" }.EffectiveRecipe.FineTuning);
        Assert.Equal("resnext50_32x4d", new ResNeXtTrainer.Options().Architecture);
    }

    [Fact]
    public void Fit_FromWeightsThatChooseTheNetwork_TrainsItWithItsRecipeAndImageSize()
    {
        using var zip = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(TinyModel.LastStep("Planar"), inputSchema: null, zip.Path);
        ResNeXtTrainer.Options options = new()
        {
            FeatureColumnName = "Image",
            InitialWeights = zip.Path,
            ImageSize = 16,
            MaxEpochs = 1,
            BatchSize = 4,
            Seed = 1,
        };

        using ResNeXtTransformer model = TinyModel.Trainer(options).Fit(TinyModel.KeyedRows());

        Assert.Equal("resnet20_cifar", model.Architecture.Name);
        Assert.Equal(0.2f, options.RecipeFor(model.Architecture, images: 12).LearningRate);
        Assert.Contains("resnet20_cifar needs at least 8", Assert.Throws<ArgumentException>(
            () => TinyModel.Trainer(options with { ImageSize = 7 }).Fit(TinyModel.KeyedRows())).Message);
    }
}
