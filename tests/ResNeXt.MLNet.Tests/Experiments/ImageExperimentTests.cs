using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet.Experiments;
using ResNeXt.MLNet.Tests.Images;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Experiments;

public sealed class ImageExperimentTests
{
    private static readonly ImageExperimentOptions Small = new()
    {
        Architectures = ["resnet20_cifar"],
        ConfigurationsPerArchitecture = 1,
        MinEpochs = 1,
        MaxEpochs = 1,
        Trainer = Options(),
    };

    [Fact]
    public void Execute_NetworksAndEstimators_RanksThemAndKeepsTheBestModelAlone()
    {
        using ImageExperimentResult result = Experiment(Small with { ConfigurationsPerArchitecture = 4, MaxEpochs = 2 })
            .Add("linear", Linear()).Execute(KeyedRows(24), KeyedRows(12, seed: 2));

        Assert.Equal(["linear", "resnet20_cifar", "resnet20_cifar #2", "resnet20_cifar #3", "resnet20_cifar #4"], Names(result).Order(StringComparer.Ordinal));
        Assert.All(result.RunDetails, run => Assert.Null(run.Exception));
        Assert.Equal(result.RunDetails.Select(run => run.ValidationMetrics!.MicroAccuracy).OrderDescending(), result.RunDetails.Select(run => run.ValidationMetrics!.MicroAccuracy));
        Assert.Same(result.BestRun, result.RunDetails[0]);
        Assert.Single(result.RunDetails, run => run.Model is not null);
        MulticlassClassificationMetrics again = MlContext.MulticlassClassification.Evaluate(result.BestRun!.Model!.Transform(KeyedRows(12, seed: 2)));
        Assert.Equal(result.BestRun.ValidationMetrics!.LogLoss, again.LogLoss);
    }

    [Fact]
    public void Execute_InRounds_TrainsTheBetterThirdLonger()
    {
        var trainings = new List<ImageExperimentRun>();
        using ImageExperimentResult result = Experiment(Small with { ConfigurationsPerArchitecture = 4, MaxEpochs = 4 })
            .Execute(KeyedRows(24), KeyedRows(12, seed: 2), new Listener(trainings));

        // Four trainings of one epoch, two of three, one of four.
        Assert.Equal(7, trainings.Count);
        Assert.Equal([1, 1, 1, 1], trainings.Take(4).Select(run => run.Epochs!.Value));
        Assert.True(trainings[^1].RuntimeInSeconds > trainings.First(run => run.TrainerName == trainings[^1].TrainerName).RuntimeInSeconds);
        Assert.Equal(4, Names(result).Count());
    }

    [Fact]
    public void Execute_TwiceWithOneSeed_DrawsAndScoresTheSame()
    {
        ImageExperimentOptions settings = Small with { ConfigurationsPerArchitecture = 3, Seed = 5 };
        string First(ImageExperimentOptions chosen)
        {
            using ImageExperimentResult result = Experiment(chosen).Execute(KeyedRows(), KeyedRows(seed: 2));
            return string.Join("; ", result.RunDetails.Select(run => $"{run.TrainerName} {run.TrainerOptions!.LearningRate} {run.ValidationMetrics!.LogLoss}"));
        }

        Assert.Equal(First(settings), First(settings));
        Assert.NotEqual(First(settings), First(settings with { Seed = 6 }));
    }

    [Fact]
    public void Execute_WithACandidateThatFails_ListsItLastWithItsError()
    {
        // A network that needs larger images, a pipeline on a column that is not there.
        using ImageExperimentResult result = Experiment(Small with { Architectures = ["resnet18", "resnet20_cifar"] })
            .Add("lost", MlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(featureColumnName: "Nowhere"))
            .Execute(KeyedRows(), KeyedRows(seed: 2));

        Assert.Equal("resnet20_cifar", result.BestRun!.TrainerName);
        Assert.Equal(["lost", "resnet18"], Names(result).Skip(1).Order(StringComparer.Ordinal));
        Assert.Contains("Nowhere", result.RunDetails.Single(run => run.TrainerName == "lost").Exception!.Message);
        Assert.Contains("at least 32", result.RunDetails.Single(run => run.TrainerName == "resnet18").Exception!.Message);
    }

    [Fact]
    public void Execute_ByLogLoss_RanksTheSmallestFirst()
    {
        using ImageExperimentResult result = Experiment(Small with { ConfigurationsPerArchitecture = 3, OptimizingMetric = ImageExperimentMetric.LogLoss })
            .Execute(KeyedRows(), KeyedRows(seed: 2));

        Assert.Equal(result.RunDetails.Select(run => run.ValidationMetrics!.LogLoss).Order(), result.RunDetails.Select(run => run.ValidationMetrics!.LogLoss));
    }

    [Fact]
    public void Execute_InFolds_ScoresEveryRowOnce()
    {
        using ImageExperimentResult result = Experiment(Small with { TopKPredictionCount = 2 }).Add("linear", Linear()).Execute(KeyedRows(24), numberOfFolds: 3);

        Assert.Equal(2, result.RunDetails.Count);
        Assert.All(result.RunDetails, run =>
        {
            Assert.Null(run.Exception);
            Assert.Equal(24, run.ValidationMetrics!.ConfusionMatrix.Counts.Sum(row => row.Sum()));
            Assert.InRange(run.ValidationMetrics.TopKAccuracy, run.ValidationMetrics.MicroAccuracy, 1);
        });
        var folds = MlContext.MulticlassClassification.CrossValidate(KeyedRows(24), Linear(), numberOfFolds: 3, seed: 1);
        double right = folds.Sum(fold => fold.Metrics.ConfusionMatrix.Counts.Select((row, index) => row[index]).Sum());
        Assert.Equal(right / 24, result.RunDetails.Single(run => run.TrainerName == "linear").ValidationMetrics!.MicroAccuracy, 1e-12);
        Assert.Equal(24, result.BestRun!.Model!.Transform(KeyedRows(24)).GetColumn<float[]>("Score").Count());
    }

    [Fact]
    public void Execute_BeyondItsTime_StopsAndReturnsWhatIsFinished()
    {
        // Two epochs for the first network; then the first epoch of the second takes all the time there is.
        var epochs = new TimedEpochs(0.5, 0.5, 5);
        ImageExperimentOptions settings = Small with
        {
            MaxExperimentTimeInSeconds = 5,
            Architectures = ["resnet20_cifar", "resnet32_cifar", "resnet44_cifar"],
            MinEpochs = 2,
            MaxEpochs = 2,
            Trainer = Options() with { Progress = epochs },
            Time = epochs.Time,
        };

        using ImageExperimentResult result = Experiment(settings).Add("linear", Linear()).Execute(KeyedRows(), KeyedRows(seed: 2));

        Assert.Equal(["linear", "resnet20_cifar"], Names(result).Take(2).Order(StringComparer.Ordinal));
        Assert.Equal(["resnet32_cifar", "resnet44_cifar"], Names(result).Skip(2));
        Assert.Contains("was not finished: the time of 5 s was over", Assert.IsType<TimeoutException>(result.RunDetails[2].Exception).Message);
        Assert.Contains("was not tried", Assert.IsType<TimeoutException>(result.RunDetails[3].Exception).Message);
    }

    [Fact]
    public void Execute_WithLessTimeThanTheEpochsTake_TrainsForAsManyAsFit()
    {
        var epochs = new TimedEpochs(0.3);
        ImageExperimentOptions settings = Small with
        {
            MaxExperimentTimeInSeconds = 4,
            MinEpochs = 100_000,
            MaxEpochs = 100_000,
            Trainer = Options() with { Progress = epochs },
            Time = epochs.Time,
        };

        using ImageExperimentResult result = Experiment(settings).Execute(KeyedRows(), KeyedRows(seed: 2));

        // Two epochs to find out that one takes 0.3 s; of the 3.4 s left, eleven need 3.3 s.
        Assert.Equal(2 + 11, epochs.Count);
        Assert.Equal(3.9, result.BestRun!.RuntimeInSeconds, 1e-6);
    }

    [Fact]
    public void Execute_Cancelled_ReturnsWhatIsFinished()
    {
        using var cancellation = new CancellationTokenSource();
        using ImageExperimentResult result = Experiment(Small with { CancellationToken = cancellation.Token })
            .Add("linear", Linear()).Execute(KeyedRows(), KeyedRows(seed: 2), new Cancelling(cancellation));

        Assert.Equal(["linear", "resnet20_cifar"], Names(result));
        Assert.NotNull(result.BestRun!.Model);
        Assert.IsType<OperationCanceledException>(result.RunDetails[1].Exception);
    }

    [Fact]
    public void Execute_CancelledBefore_HasNoBestRun()
    {
        using ImageExperimentResult result = Experiment(Small with { CancellationToken = new CancellationToken(canceled: true) }).Execute(KeyedRows(), KeyedRows(seed: 2));

        Assert.Null(result.BestRun);
        Assert.Null(Assert.Single(result.RunDetails).ValidationMetrics);
    }

    [Fact]
    public void Execute_OnAFolderOfImages_GivesAModelThatScoresPathsAfterReload()
    {
        using var folder = new TemporaryFolder();
        foreach (int orientation in Enumerable.Range(1, 8))
            File.WriteAllBytes(folder.File(orientation % 2 == 0 ? "flipped" : "turned", $"{orientation}.jpg"), MadeImage.JpegWithOrientation(orientation));
        (IDataView train, IDataView test) = MlContext.Data.StratifiedSplit(MlContext.Data.LoadFromImageFolder(folder.Path), testFraction: 0.25);
        ITransformer prepared = MlContext.Transforms.Conversion.MapValueToKey("Label").Append(MlContext.Transforms.DecodeImages()).Fit(train);
        ImageExperiment experiment = Experiment(Small with { ConfigurationsPerArchitecture = 2, SearchSpace = new() { ImageSizes = [8, 24] }, Trainer = Options("Image") });

        using ImageExperimentResult result = experiment.Execute(prepared.Transform(train), prepared.Transform(test));

        Assert.Equal(2, result.RunDetails.Count(run => run.Exception is null));
        Assert.Contains(result.RunDetails, run => run.TrainerOptions!.ImageSize is 8 or 24);
        ITransformer loaded = Reload(new TransformerChain<ITransformer>(prepared, result.BestRun!.Model!), train.Schema);
        Assert.Equal(result.BestRun.ValidationMetrics!.LogLoss, MlContext.MulticlassClassification.Evaluate(loaded.Transform(test)).LogLoss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Execute_WithEquallyAccurateCandidates_RanksTheSmallerLogLossFirstInAnyOrder(bool reversed)
    {
        // Both get every row right; the stronger the penalty, the less sure they are.
        (string Name, float Penalty)[] candidates = [("sure", 1e-4f), ("unsure", 1)];
        ImageExperiment experiment = Experiment(Small with { Architectures = [] });
        foreach ((string name, float penalty) in reversed ? candidates.Reverse() : candidates)
            experiment.Add(name, MlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(featureColumnName: "Planar", l2Regularization: penalty, l1Regularization: 0));

        using ImageExperimentResult result = experiment.Execute(KeyedRows(24), KeyedRows(24));

        Assert.Single(result.RunDetails.Select(run => run.ValidationMetrics!.MicroAccuracy).Distinct());
        Assert.True(result.RunDetails[0].ValidationMetrics!.LogLoss < result.RunDetails[1].ValidationMetrics!.LogLoss);
        Assert.Equal(["sure", "unsure"], Names(result));
        Assert.Same(result.BestRun, result.RunDetails[0]);
    }

    [Fact]
    public void Execute_Always_LogsWhichCandidateStartsAndItsShareOfTheTime()
    {
        var time = new FakeTimeProvider();
        ImageExperimentOptions settings = Small with { MaxExperimentTimeInSeconds = 300, Time = time };

        IReadOnlyList<string> log = Logged(mlContext => Experiment(settings, mlContext).Add("linear", Linear(mlContext)).Execute(KeyedRows(), KeyedRows(seed: 2)).Dispose());

        Assert.Equal(["Info: Training 'linear'; its share of the time is 150 s.", "Info: Training 'resnet20_cifar' for 1 epoch; its share of the time is 300 s."], log);
    }

    [Fact]
    public void Execute_WithAnEstimatorBeyondItsShare_WarnsWhileItRuns()
    {
        var time = new FakeTimeProvider();
        ImageExperimentOptions settings = Small with { MaxExperimentTimeInSeconds = 300, Time = time };
        IReadOnlyList<string> log = Logged(mlContext => Experiment(settings, mlContext)
            .Add("quick", new Timed(Linear(mlContext), time, seconds: 99)).Add("slow", new Timed(Linear(mlContext), time, seconds: 101))
            .Execute(KeyedRows(), KeyedRows(seed: 2)).Dispose());

        // Of 300 s the first of three has 100; of the 201 s left, the second has 100.5.
        string warning = Assert.Single(log, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.StartsWith("Warning: 'slow' is still running after 100 s", warning, StringComparison.Ordinal);
        Assert.Contains("its share of the experiment's 300 s.", warning, StringComparison.Ordinal);
        Assert.Contains("AppendCacheCheckpoint", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OnEmptySets_SaysWhichAndTriesNothing()
    {
        IDataView none = MlContext.Data.SkipRows(KeyedRows(), 1000);
        string Message(Func<ImageExperiment, ImageExperimentResult> execute) =>
            Assert.Throws<InvalidOperationException>(() => execute(Experiment(Small).Add("linear", Linear()))).Message;

        Assert.Equal("The validation set, by which candidates are ranked, has no rows. Check its path and filters.", Message(experiment => experiment.Execute(KeyedRows(), none)));
        Assert.StartsWith("The training set has no rows.", Message(experiment => experiment.Execute(none, KeyedRows())), StringComparison.Ordinal);
        Assert.StartsWith("The training set has no rows.", Message(experiment => experiment.Execute(none, numberOfFolds: 3)), StringComparison.Ordinal);
        string folds = Message(experiment => experiment.Execute(MlContext.Data.TakeRows(KeyedRows(), 3), numberOfFolds: 40));
        Assert.Contains("of the 40 that numberOfFolds asks for has no rows. Use fewer folds", folds, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OnSetsWithOtherKeys_SaysWhatToDo()
    {
        IDataView others = MlContext.Data.FilterRowsByColumn(Rows(), "Number", lowerBound: 1);
        IDataView keyed = MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(others).Transform(others);

        Assert.Contains("other classes", Assert.Throws<InvalidOperationException>(() => Experiment(Small).Execute(KeyedRows(), keyed)).Message);
        Assert.Contains("needs a key", Assert.Throws<InvalidOperationException>(() => Experiment(Small).Execute(Rows(), Rows())).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Experiment(Small).Execute(KeyedRows(), numberOfFolds: 1));
        Assert.Contains("no candidates", Assert.Throws<InvalidOperationException>(() => Experiment(Small with { Architectures = [] }).Execute(KeyedRows(), KeyedRows())).Message);
    }

    [Fact]
    public void CreateImageExperiment_WithMistakes_ListsThemAll()
    {
        var error = Assert.Throws<ArgumentException>(() => Experiment(new ImageExperimentOptions
        {
            MaxExperimentTimeInSeconds = 0,
            ConfigurationsPerArchitecture = 0,
            MinEpochs = 5,
            MaxEpochs = 4,
            Architectures = ["alexnet"],
            SearchSpace = new() { MinLearningRate = 1, MaxLearningRate = 0.1f, Augmentations = [] },
            Trainer = new() { CheckpointDirectory = "state" },
        }));

        foreach (string mention in new[] { "MaxExperimentTimeInSeconds is 0", "ConfigurationsPerArchitecture is 0", "MaxEpochs is 4", "'alexnet'", "learning rates", "Augmentations is empty", "CheckpointDirectory" })
            Assert.Contains(mention, error.Message);
        Assert.Throws<ArgumentException>(() => Experiment(Small).Add("resnet20_cifar", Linear()));
    }

    [Fact]
    public void Draw_ForFineTuning_StaysNearTheRecipe()
    {
        var options = new ImageExperimentOptions { Trainer = new() { InitialWeights = "pretrained" } };
        var random = new Random(1);
        TrainingRecipe recipe = options.Trainer.EffectiveRecipe;

        TrainingRecipe[] drawn = [.. Enumerable.Range(0, 50).Select(_ => options.EffectiveSearchSpace.Draw(options.Trainer, random).EffectiveRecipe)];

        Assert.All(drawn, one => Assert.InRange(one.LearningRate, recipe.LearningRate / 5, recipe.LearningRate * 6));
        Assert.All(drawn, one => Assert.Equal((recipe.Optimizer, recipe.BatchSize, recipe.FineTuning), (one.Optimizer, one.BatchSize, one.FineTuning)));
        Assert.Equal(2, drawn.Select(one => one.Augmentation).Distinct().Count());
        Assert.Equal(new ResNeXtSearchSpace().MaxLearningRate, new ImageExperimentOptions().EffectiveSearchSpace.MaxLearningRate);
    }

    [Fact]
    public void ToJsonAndToTable_OfARanking_HaveEveryRun()
    {
        using ImageExperimentResult result = Experiment(Small)
            .Add("lost", MlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(featureColumnName: "Nowhere")).Execute(KeyedRows(), KeyedRows(seed: 2));

        JsonElement json = JsonDocument.Parse(result.ToJson()).RootElement;
        Assert.Equal("resnet20_cifar", json.GetProperty("best").GetString());
        Assert.Equal(result.BestRun!.ValidationMetrics!.MicroAccuracy, json.GetProperty("runs")[0].GetProperty("accuracy").GetDouble());
        Assert.False(json.GetProperty("runs")[0].TryGetProperty("error", out _));
        Assert.Contains("Nowhere", json.GetProperty("runs")[1].GetProperty("error").GetString());
        string[] lines = result.ToTable().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Single(lines.Take(3).Select(line => line.Count(letter => letter == '|')).Distinct());
        Assert.Contains("rate 0.05, decay 0.0005, augmented", lines[2]);
        Assert.Contains("Nowhere", lines[3]);
    }

    private static ImageExperiment Experiment(ImageExperimentOptions settings, MLContext? mlContext = null) =>
        (mlContext ?? MlContext).MulticlassClassification.CreateImageExperiment(settings);

    private static IEstimator<ITransformer> Linear(MLContext? mlContext = null) =>
        (mlContext ?? MlContext).MulticlassClassification.Trainers.LbfgsMaximumEntropy(featureColumnName: "Planar");

    // What an experiment itself writes to the log of its MLContext.
    private static IReadOnlyList<string> Logged(Action<MLContext> act)
    {
        var mlContext = new MLContext(seed: 1);
        var log = new List<string>();
        mlContext.Log += (_, message) =>
        {
            if (message.Source == nameof(ImageExperiment) && message.Kind is ChannelMessageKind.Info or ChannelMessageKind.Warning)
                log.Add($"{message.Kind}: {message.RawMessage}");
        };
        act(mlContext);
        return log;
    }

    private static IEnumerable<string> Names(ImageExperimentResult result) => result.RunDetails.Select(run => run.TrainerName);

    // Takes so long to fit.
    private sealed class Timed(IEstimator<ITransformer> estimator, FakeTimeProvider time, double seconds) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            return estimator.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => estimator.GetOutputSchema(inputSchema);
    }

    private sealed class Listener(List<ImageExperimentRun> runs) : IProgress<ImageExperimentRun>
    {
        public void Report(ImageExperimentRun value) => runs.Add(value);
    }

    // Lets the time go on by itself with every epoch, so that how fast the machine is does not matter. The last number holds for all further epochs.
    private sealed class TimedEpochs(params double[] seconds) : IProgress<Core.EpochReport>
    {
        public int Count { get; private set; }

        public FakeTimeProvider Time { get; } = new();

        public void Report(Core.EpochReport value) => Time.Advance(TimeSpan.FromSeconds(seconds[Math.Min(Count++, seconds.Length - 1)]));
    }

    private sealed class Cancelling(CancellationTokenSource cancellation) : IProgress<ImageExperimentRun>
    {
        public void Report(ImageExperimentRun value) => cancellation.Cancel();
    }
}
