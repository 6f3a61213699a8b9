using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.MLNet.Tests.Training;

/// <summary>Recipes, and trainings that start from other ones, as users of ML.NET set them.</summary>
public sealed class RecipeTests
{
    [Fact]
    public void Options_WithoutARecipe_HaveTheStandardOneOfTheirNetwork()
    {
        var small = new ResNeXtTrainer.Options { Architecture = "resnet20_cifar" };
        var large = new ResNeXtTrainer.Options { Architecture = "resnet50" };

        Assert.Equal(TrainingRecipe.Standard(Architectures.Get("resnet20_cifar")).LearningRate, small.LearningRate);
        Assert.Equal(TrainingRecipe.Standard(Architectures.Get("resnet50")).LearningRate, large.LearningRate);
        Assert.NotEqual(small.LearningRate, large.LearningRate);
    }

    [Fact]
    public void Options_WithARecipe_TakeItsSettingsWhereNoneIsSet()
    {
        var options = new ResNeXtTrainer.Options { Recipe = new() { MaxEpochs = 7, BatchSize = 9, WeightDecay = 0.25f }, BatchSize = 11 };

        Assert.Equal((7, 11, 0.25f), (options.MaxEpochs, options.BatchSize, options.WeightDecay));
    }

    [Fact]
    public void Fit_FromASavedModelWithFewerClasses_KeepsWhatItKnowsByName()
    {
        using var folder = new TemporaryFolder();
        string zip = folder.Path + "/two.zip";
        IDataView two = Keyed(TinyModel.MlContext.Data.LoadFromEnumerable(Patterns.Make(12, 1).Where(row => row.Label != "across")));
        using ResNeXtTransformer before = TinyModel.Trainer().Fit(two);
        TinyModel.MlContext.Model.Save(before, two.Schema, zip);

        // A rate that leaves the weights where they start from.
        using ResNeXtTransformer after = TinyModel.Trainer(TinyModel.Options() with
        {
            InitialWeights = zip, LearningRate = 1e-12f, Recipe = new() { WeightDecay = 0, EmaDecay = null },
        }).Fit(TinyModel.KeyedRows());

        Assert.Equal(["along", "board"], before.ClassNames);
        Assert.Equal(["along", "across", "board"], after.ClassNames);
        Assert.Equal(Row(before.GetWeights(), 0), Row(after.GetWeights(), 0));
        Assert.Equal(Row(before.GetWeights(), 1), Row(after.GetWeights(), 2));
        Assert.Equal(before.GetWeights().Tensors["layer1.0.conv1.weight"].Values.ToArray(), after.GetWeights().Tensors["layer1.0.conv1.weight"].Values.ToArray());
    }

    [Fact]
    public void Fit_WithFineTuning_LeavesFrozenLayersAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        string zip = folder.Path + "/first.zip";
        IDataView rows = TinyModel.KeyedRows();
        using ResNeXtTransformer before = TinyModel.Trainer().Fit(rows);
        TinyModel.MlContext.Model.Save(before, rows.Schema, zip);

        using ResNeXtTransformer after = TinyModel.Trainer(TinyModel.Options() with
        {
            InitialWeights = zip, MaxEpochs = 2, Recipe = new() { FineTuning = new() { FrozenEpochs = 2 } },
        }).Fit(rows);

        string[] changed = [.. before.GetWeights().Tensors
            .Where(tensor => !tensor.Value.Values.Span.SequenceEqual(after.GetWeights().Tensors[tensor.Key].Values.Span)).Select(tensor => tensor.Key)];
        Assert.Equal(["fc.weight", "fc.bias"], changed);
    }

    [Fact]
    public void Fit_WithTestTimeFlip_ScoresAnImageAndItsMirrorImageAlike()
    {
        ResNeXtTrainer.Options options = TinyModel.Options("Image") with { TestTimeFlip = true };
        using ResNeXtTransformer trained = TinyModel.Trainer(options).Fit(TinyModel.KeyedRows());
        using var file = new TemporaryFile(name: "model.zip");
        TinyModel.MlContext.Model.Save(trained, TinyModel.Rows().Schema, file.Path);
        using ResNeXtPredictor predictor = ResNeXtPredictor.Load(TinyModel.MlContext, file.Path);
        using MLImage image = Patterns.Make(1, seed: 3)[0].Image, mirrored = Mirrored(image);

        float[] scores = [.. predictor.Predict(image).Scores];

        Assert.Equal(scores, predictor.Predict(mirrored).Scores, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(scores, predictor.Explain(image).Prediction.Scores, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Fit_WithACropSizeThatIsLargerThanTheImages_SaysWhatIsAllowed()
    {
        ResNeXtTrainer trainer = TinyModel.Trainer(TinyModel.Options() with
        {
            Recipe = new() { Augmentation = AugmentationPolicy.Light with { CropSize = 300 } },
        });

        Assert.Contains("CropSize is 300; for images of ", Assert.Throws<ArgumentException>(() => trainer.Fit(TinyModel.KeyedRows())).Message);
    }

    [Fact]
    public void Fit_WithAWeightForAnUnknownClass_NamesTheClasses()
    {
        ResNeXtTrainer.Options options = TinyModel.Options() with { ClassWeights = new Dictionary<string, float> { ["zigzag"] = 2 } };

        string message = Assert.Throws<ArgumentException>(() => TinyModel.Trainer(options).Fit(TinyModel.KeyedRows())).Message;

        Assert.All(new[] { "'zigzag'", "'along'", "'board'" }, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_WithAClassOfWeightZero_NeverLearnsToPredictIt()
    {
        ResNeXtTrainer.Options options = TinyModel.Options() with
        {
            MaxEpochs = 6, ClassWeights = new Dictionary<string, float> { ["board"] = 0 }, Recipe = new() { LabelSmoothing = 0 },
        };
        IDataView rows = TinyModel.KeyedRows(48);

        using ResNeXtTransformer model = TinyModel.Trainer(options).Fit(rows);

        uint board = 1 + (uint)model.ClassNames.ToList().IndexOf("board");
        Assert.DoesNotContain(board, model.Transform(rows).GetColumn<uint>("PredictedLabel"));
    }

    private static IDataView Keyed(IDataView rows) => TinyModel.MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);

    private static float[] Row(StateDict weights, int row) => weights.Tensors["fc.weight"].Values.Slice(row * 64, 64).ToArray();

    private static MLImage Mirrored(MLImage image)
    {
        const int BytesPerPixel = 4;
        byte[][] rows = [.. image.Pixels.ToArray().Chunk(image.Width * BytesPerPixel)
            .Select(row => row.Chunk(BytesPerPixel).Reverse().SelectMany(pixel => pixel).ToArray())];
        return MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, rows.SelectMany(row => row).ToArray());
    }
}
