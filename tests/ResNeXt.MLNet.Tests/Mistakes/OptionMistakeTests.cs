namespace ResNeXt.MLNet.Tests.Mistakes;

public sealed class OptionMistakeTests
{
    private static readonly Dictionary<string, (Action<ResNeXtTrainer.Options> Make, string[] Says)> Mistakes = new()
    {
        ["architecture"] = (options => options.Architecture = "resnext999", ["'resnext999'", "resnext50_32x4d", "resnet20_cifar"]),
        ["no architecture"] = (options => options.Architecture = null!, ["architecture ''", "resnext50_32x4d"]),
        ["label column"] = (options => options.LabelColumnName = " ", ["LabelColumnName is empty"]),
        ["feature column"] = (options => options.FeatureColumnName = null!, ["FeatureColumnName is empty"]),
        ["score column"] = (options => options.ScoreColumnName = "", ["ScoreColumnName is empty"]),
        ["predicted column"] = (options => options.PredictedLabelColumnName = "", ["PredictedLabelColumnName is empty"]),
        ["one output column"] = (options => options.ScoreColumnName = "PredictedLabel", ["'PredictedLabel'", "must differ"]),
        ["image size"] = (options => options.ImageSize = 7, ["ImageSize is 7", "at least 8"]),
        ["image size of a large network"] = (
            options => (options.Architecture, options.ImageSize) = ("resnet18", 31), ["ImageSize is 31", "at least 32", "_cifar"]),
        ["image size beyond memory"] = (options => options.ImageSize = int.MaxValue, ["2147483647", "at most"]),
        ["epochs"] = (options => options.MaxEpochs = -3, ["MaxEpochs is -3", "at least 1"]),
        ["batch size"] = (options => options.BatchSize = 0, ["BatchSize is 0", "between 2 and 4096"]),
        ["learning rate"] = (options => options.LearningRate = -0.5f, ["LearningRate is -0.5", "above 0"]),
        ["learning rate that is no number"] = (options => options.LearningRate = float.NaN, ["LearningRate is NaN", "above 0"]),
        ["weight decay"] = (options => options.WeightDecay = 2, ["WeightDecay is 2", "between 0 and 1"]),
        ["validation fraction"] = (options => options.ValidationFraction = 1, ["ValidationFraction is 1", "below 1"]),
        ["two validations"] = (
            options => (options.ValidationFraction, options.ValidationSet) = (0.5f, TinyModel.Rows()),
            ["ValidationSet and ValidationFraction", "one of them"]),
        ["mean alone"] = (options => options.PixelMean = [1, 2, 3], ["PixelMean", "PixelStd", "both or neither"]),
        ["deviation of 0"] = (options => (options.PixelMean, options.PixelStd) = ([1, 2, 3], [1, 0, 1]), ["[1, 0, 1]", "above 0"]),
        ["mean of two channels"] = (
            options => (options.PixelMean, options.PixelStd) = ([1, 2], [1, 1]), ["PixelMean and PixelStd have 2 values", "takes 3"]),
        ["cache size"] = (options => options.CacheSizeInMegabytes = -1, ["CacheSizeInMegabytes is -1", "at least 0"]),
        ["workers"] = (options => options.Workers = 0, ["Workers is 0", "between 1 and 64"]),
        ["precision"] = (options => options.Precision = (ResNeXt.Core.Training.Recipes.Precision)7, ["Precision is 7", "Automatic, Float32, BFloat16"]),
        ["device"] = (options => options.Device = "gpu", ["Device is 'gpu'", "cpu, cuda"]),
        ["class weight"] = (options => options.ClassWeights = new Dictionary<string, float> { ["along"] = -1 }, ["ClassWeights has -1 for 'along'", "at least 0"]),
        ["checkpoint minutes"] = (options => options.CheckpointMinutes = 0, ["CheckpointMinutes is 0", "above 0"]),
        ["checkpoints kept"] = (options => options.CheckpointsKept = 0, ["CheckpointsKept is 0", "between 1 and 1000"]),
        ["augmentation"] = (
            options => options.Recipe = new() { Augmentation = new() { HorizontalFlipProbability = 2 } }, ["HorizontalFlipProbability is 2", "between 0 and 1"]),
        ["fine-tuning from nothing"] = (options => options.Recipe = new() { FineTuning = new() }, ["InitialWeights", "TrainingRecipe.Standard"]),
        ["nothing to resume"] = (options => options.Resume = true, ["CheckpointDirectory"]),
        ["weights that are not there"] = (options => options.InitialWeights = "/nowhere/weights.pth", ["'/nowhere/weights.pth'", "not a file"]),
    };

    public static TheoryData<string> Names => [.. Mistakes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ResNeXt_WithMistakeInOptions_SaysWhatIsGivenAndWhatIsAllowed(string mistake)
    {
        ResNeXtTrainer.Options options = TinyModel.Options();
        Mistakes[mistake].Make(options);

        var exception = Assert.Throws<ArgumentException>(() => TinyModel.Trainer(options));

        Assert.Null(exception.InnerException);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(Mistakes[mistake].Says, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ResNeXt_WithSeveralMistakes_SaysThemAllAtOnce()
    {
        ResNeXtTrainer.Options options = TinyModel.Options();
        string[] several = ["architecture", "label column", "epochs", "batch size", "cache size", "mean alone", "validation fraction"];
        foreach (string mistake in several)
            Mistakes[mistake].Make(options);

        string message = Assert.Throws<ArgumentException>(() => TinyModel.Trainer(options)).Message;

        Assert.All(
            ["'resnext999'", "LabelColumnName", "MaxEpochs is -3", "BatchSize is 0",
                "CacheSizeInMegabytes is -1", "PixelMean", "ValidationFraction is 1"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_AfterOptionsWereChanged_TrainsAsTheyWere()
    {
        ResNeXtTrainer.Options options = TinyModel.Options() with { PixelMean = [100, 110, 120], PixelStd = [50, 60, 70] };
        using ResNeXtTransformer expected = TinyModel.Trainer(options with { PixelMean = [100, 110, 120] }).Fit(TinyModel.KeyedRows());
        ResNeXtTrainer trainer = TinyModel.Trainer(options);

        (options.Architecture, options.MaxEpochs, options.ScoreColumnName, options.Seed) = ("resnet18", 7, "Other", 99);
        options.PixelMean![0] = 7;
        options.PixelStd![0] = 7;
        using ResNeXtTransformer model = trainer.Fit(TinyModel.KeyedRows());

        Assert.Equal("resnet20_cifar", model.Architecture.Name);
        Assert.Single(model.Epochs);
        Assert.Equal(
            ResNeXtTrainerTests.Scores(expected.Transform(TinyModel.KeyedRows())),
            ResNeXtTrainerTests.Scores(model.Transform(TinyModel.KeyedRows())));
    }
}
