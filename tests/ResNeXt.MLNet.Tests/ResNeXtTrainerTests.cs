using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.MLNet.Images;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests;

public sealed class ResNeXtTrainerTests
{
    private static readonly MLContext MlContext = new(seed: 1);

    internal static ResNeXtTrainer.Options Small(string featureColumn = "Planar") => new()
    {
        FeatureColumnName = featureColumn,
        Architecture = "resnet20_cifar",
        MaxEpochs = 15,
        BatchSize = 16,
        LearningRate = 0.05f,
        Seed = 3,
    };

    [Theory]
    [InlineData("Planar")]
    [InlineData("Interleaved")]
    [InlineData("Image")]
    public void Fit_OnEveryKindOfFeatureColumn_LearnsAndReloadsExactly(string featureColumn)
    {
        IDataView data = Patterns.Rows(MlContext), test = Patterns.Rows(MlContext, seed: 2);
        ITransformer model = Keyed(Small(featureColumn)).Fit(data);
        MulticlassClassificationMetrics metrics = MlContext.MulticlassClassification.Evaluate(model.Transform(test), topKPredictionCount: 2);
        Assert.True(metrics.MicroAccuracy > 0.9, $"accuracy {metrics.MicroAccuracy}");
        Assert.True(metrics.TopKAccuracy >= metrics.MicroAccuracy);

        using var file = new TemporaryFile();
        MlContext.Model.Save(model, data.Schema, file.Path);
        ITransformer loaded = new MLContext().Model.Load(file.Path, out _);
        Assert.Equal(Scores(model.Transform(test)), Scores(loaded.Transform(test)));
        Assert.Equal(metrics.LogLoss, MlContext.MulticlassClassification.Evaluate(loaded.Transform(test)).LogLoss);
        Assert.Equal(Patterns.Names, SlotNames(loaded.Transform(test).Schema["Score"]));
        Assert.Equal(Patterns.Names, KeyValues(loaded.Transform(test).Schema["PredictedLabel"]));
    }

    [Fact]
    public void Fit_TwiceWithOneSeed_GivesTheSameWeights()
    {
        IDataView data = Patterns.Rows(MlContext);
        ResNeXtTrainer.Options options = Small() with { MaxEpochs = 2 };

        float[][] first = Trained(options, data), second = Trained(options, data), other = Trained(options with { Seed = 4 }, data);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void FindLearningRate_BeforeFit_ProposesARateAndChangesNothing()
    {
        IDataView data = Patterns.Rows(MlContext);
        IDataView keyed = MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        ResNeXtTrainer.Options options = Small() with { MaxEpochs = 2 };
        ResNeXtTrainer trainer = MlContext.MulticlassClassification.Trainers.ResNeXt(options);

        LearningRateCurve curve = trainer.FindLearningRate(keyed), again = trainer.FindLearningRate(keyed);
        using ResNeXtTransformer model = trainer.Fit(keyed);

        Assert.InRange(curve.ProposedRate!.Value, 1e-4, 1);
        Assert.Equal(curve.Points, again.Points);
        Assert.Equal(Trained(options, data), Scores(model.Transform(keyed)));
    }

    [Fact]
    public void FindLearningRate_WithInitialWeights_StartsFromThem()
    {
        IDataView data = Patterns.Rows(MlContext);
        IDataView keyed = MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        using var file = new TemporaryFile();
        MlContext.Model.Save(Keyed(Small()).Fit(data), data.Schema, file.Path);
        var range = new LearningRateRange { Steps = 20 };

        double fresh = MlContext.MulticlassClassification.Trainers.ResNeXt(Small()).FindLearningRate(keyed, range).Points[0].Loss;
        double trained = MlContext.MulticlassClassification.Trainers.ResNeXt(Small() with { InitialWeights = file.Path }).FindLearningRate(keyed, range).Points[0].Loss;

        Assert.True(trained < fresh / 2, $"{trained} after training, {fresh} before");
    }

    [Fact]
    public void SaveContactSheet_Always_ShowsTheImagesAsTheyAreFirst()
    {
        IDataView data = Patterns.Rows(MlContext);
        IDataView keyed = MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "sheet.png");

        MlContext.MulticlassClassification.Trainers.ResNeXt(Small("Image")).SaveContactSheet(keyed, path, images: 4, epochs: 2);

        using SKBitmap sheet = SKBitmap.Decode(path);
        int zoom = 96 / Patterns.Size, side = Patterns.Size * zoom + 2;
        int caption = SheetCaptions.Height;
        Assert.Equal((3 * side + 2, caption + 4 * (caption + side) + 2), (sheet.Width, sheet.Height));
        IReadOnlyList<Patterns.Row> rows = Patterns.Make(48, 1);
        for (int image = 0; image < 4; image++)
        {
            byte[] bgra = rows[image * 12].Bgra;
            int last = bgra.Length - 4, top = 2 + 2 * caption + image * (caption + side);
            Assert.Equal(new SKColor(bgra[2], bgra[1], bgra[0]), sheet.GetPixel(2, top));
            Assert.Equal(new SKColor(bgra[last + 2], bgra[last + 1], bgra[last]), sheet.GetPixel(side - 1, top + side - 3));
        }
    }

    [Fact]
    public void Fit_InAContextWithAGpuThatIsNotThere_FallsBackWhereItMay()
    {
        ResNeXtTransformer Fit(MLContext mlContext)
        {
            IDataView rows = Patterns.Rows(mlContext);
            IDataView keyed = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
            return mlContext.MulticlassClassification.Trainers.ResNeXt(Small() with { MaxEpochs = 1 }).Fit(keyed);
        }

        using ResNeXtTransformer trained = Fit(new MLContext(seed: 1) { GpuDeviceId = 77, FallbackToCpu = true });
        var exception = Assert.Throws<InvalidOperationException>(() => Fit(new MLContext(seed: 1) { GpuDeviceId = 77, FallbackToCpu = false }));

        Assert.Contains(trained.TrainingWarnings, warning => warning.Contains("'cuda:77'", StringComparison.Ordinal));
        Assert.Contains("'cuda:77'", exception.Message);
    }

    [Fact]
    public void Fit_WithoutSeed_TakesTheContexts()
    {
        ResNeXtTrainer.Options options = Small() with { MaxEpochs = 1, Seed = null };
        float[][] Train(MLContext mlContext)
        {
            IDataView data = Patterns.Rows(mlContext);
            var keyed = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
            using ResNeXtTransformer model = mlContext.MulticlassClassification.Trainers.ResNeXt(options).Fit(keyed);
            return Scores(model.Transform(keyed));
        }

        Assert.Equal(Train(new MLContext(7)), Train(new MLContext(7)));
        Assert.NotEqual(Train(new MLContext(7)), Train(new MLContext(8)));
    }

    [Fact]
    public void Fit_WithValidationSet_KeepsTheBestEpochAndReportsTheWholeSet()
    {
        IDataView data = Patterns.Rows(MlContext), validation = Patterns.Rows(MlContext, count: 37, seed: 5);
        var toKey = MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data);
        var reports = new List<EpochReport>();
        ResNeXtTrainer.Options options = Small() with { MaxEpochs = 6, ValidationSet = toKey.Transform(validation), Progress = new Listener(reports) };

        using ResNeXtTransformer model = MlContext.MulticlassClassification.Trainers.ResNeXt(options).Fit(toKey.Transform(data));

        MulticlassClassificationMetrics metrics = MlContext.MulticlassClassification.Evaluate(model.Transform(toKey.Transform(validation)));
        EpochReport best = reports.Last(report => report.IsBest);
        Assert.Equal(6, reports.Count);
        Assert.Equal(reports, model.Epochs);
        Assert.Equal(reports.Max(report => report.ValidationAccuracy), best.ValidationAccuracy);
        Assert.Equal(metrics.MicroAccuracy, best.ValidationAccuracy!.Value, 1e-9);
        Assert.Equal(metrics.LogLoss, best.ValidationLoss!.Value, 1e-4);
    }

    [Fact]
    public void Fit_WithValidationFraction_SetsImagesOfEveryClassAside()
    {
        var reports = new List<EpochReport>();
        Trained(Small() with { MaxEpochs = 1, ValidationFraction = 0.25f, Progress = new Listener(reports) }, Patterns.Rows(MlContext));

        Assert.NotNull(reports.Single().ValidationAccuracy);
        Assert.Equal(0, reports.Single().ValidationAccuracy!.Value * 12 % 1, 1e-9);
    }

    [Fact]
    public void Fit_WithTokenCancelledInTheFirstEpoch_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var options = Small() with { CancellationToken = cancellation.Token, Progress = new Cancelling(cancellation) };

        Assert.Throws<OperationCanceledException>(() => Trained(options, Patterns.Rows(MlContext)));
    }

    [Fact]
    public void Fit_Always_LogsEveryEpoch()
    {
        var mlContext = new MLContext(1);
        var messages = new List<string>();
        mlContext.Log += (_, entry) => messages.Add(entry.Message);
        IDataView data = Patterns.Rows(mlContext);

        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(Small() with { MaxEpochs = 2 })).Fit(data);

        Assert.Contains(messages, message => message.Contains("Epoch 1 of 2"));
        Assert.Contains(messages, message => message.Contains("Epoch 2 of 2"));
    }

    [Fact]
    public void GetOutputSchema_BeforeFit_HasTheColumnsThatFitMakes()
    {
        var pipeline = Keyed(Small() with { ScoreColumnName = "Probability", PredictedLabelColumnName = "Guess" });
        IDataView data = Patterns.Rows(MlContext, 6);
        SchemaShape before = pipeline.GetOutputSchema(ShapeOf(data));

        SchemaShape.Column score = before.Single(column => column.Name == "Probability"), label = before.Single(column => column.Name == "Guess");
        Assert.Equal((SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false), (score.Kind, score.ItemType, score.IsKey));
        Assert.True(label.IsKey);
        Assert.Equal(SchemaShape.Column.VectorKind.Scalar, label.Kind);
        Assert.Contains(label.Annotations, annotation => annotation.Name == "KeyValues");
        Assert.Contains(score.Annotations, annotation => annotation.Name == "SlotNames");
    }

    [Theory]
    [InlineData("mean and variance")]
    [InlineData("norm")]
    [InlineData("scale")]
    public void Fit_BehindANormalizer_LearnsAndReloadsExactly(string normalizer)
    {
        IDataView data = Patterns.Rows(MlContext), test = Patterns.Rows(MlContext, seed: 2);
        IEstimator<ITransformer> before = normalizer switch
        {
            "mean and variance" => MlContext.Transforms.NormalizeMeanVariance("Planar"),
            "norm" => MlContext.Transforms.NormalizeLpNorm("Planar"),
            _ => MlContext.Transforms.ExtractPixels("Planar", "Image", offsetImage: 127.5f, scaleImage: 1 / 127.5f),
        };
        ITransformer model = MlContext.Transforms.Conversion.MapValueToKey("Label").Append(before)
            .Append(MlContext.MulticlassClassification.Trainers.ResNeXt(Small())).Fit(data);

        Assert.True(MlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy > 0.8);
        using var file = new TemporaryFile();
        MlContext.Model.Save(model, data.Schema, file.Path);
        Assert.Equal(Scores(model.Transform(test)), Scores(new MLContext().Model.Load(file.Path, out _).Transform(test)));
    }

    [Fact]
    public void Fit_ResumedFromACheckpoint_GivesTheWeightsOfAnUninterruptedRun()
    {
        IDataView data = Patterns.Rows(MlContext);
        using var folder = new TemporaryFolder();
        ResNeXtTrainer.Options options = Small() with { MaxEpochs = 5, ValidationFraction = 0.25f };
        float[][] whole = Trained(options, data);

        ResNeXtTrainer.Options resumable = options with { CheckpointDirectory = folder.Path, Resume = true };
        using (var cancellation = new CancellationTokenSource())
        {
            var stopped = resumable with { CancellationToken = cancellation.Token, Progress = new Cancelling(cancellation, epoch: 3) };
            Assert.Throws<OperationCanceledException>(() => Trained(stopped, data));
        }
        var reports = new List<EpochReport>();
        Assert.Equal(whole, Trained(resumable with { Progress = new Listener(reports) }, data));
        Assert.Equal([4, 5], reports.Select(report => report.Epoch));
        Assert.Equal(whole, Trained(resumable, data));

        var exception = Assert.Throws<InvalidOperationException>(() => Trained(resumable with { LearningRate = 0.01f }, data));
        Assert.Contains("LearningRate", exception.Message);
    }

    private static IEstimator<ITransformer> Keyed(ResNeXtTrainer.Options options) =>
        MlContext.Transforms.Conversion.MapValueToKey("Label").Append(MlContext.MulticlassClassification.Trainers.ResNeXt(options));

    private static float[][] Trained(ResNeXtTrainer.Options options, IDataView data) => Scores(Keyed(options).Fit(data).Transform(data));

    internal static float[][] Scores(IDataView data) => [.. data.GetColumn<float[]>("Score")];

    internal static string[] KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    internal static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(value => value.ToString())];
    }

    // SchemaShape.Create is internal; a stock estimator that changes nothing of note gives the shape of what it takes.
    private static SchemaShape ShapeOf(IDataView data)
    {
        var recorder = new ShapeRecorder();
        new EstimatorChain<ITransformer>().Append(recorder).Fit(data);
        return recorder.Shape!;
    }

    private sealed class ShapeRecorder : IEstimator<ITransformer>
    {
        public SchemaShape? Shape { get; private set; }

        public ITransformer Fit(IDataView input) => MlContext.Transforms.CopyColumns("Copy", "Label").Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shape = inputSchema;
    }

    private sealed class Listener(List<EpochReport> reports) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => reports.Add(value);
    }

    private sealed class Cancelling(CancellationTokenSource cancellation, int epoch = 1) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            if (value.Epoch == epoch)
                cancellation.Cancel();
        }
    }
}
