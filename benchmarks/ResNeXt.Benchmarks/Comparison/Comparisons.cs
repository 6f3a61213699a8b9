using ResNeXt.Benchmarks.Comparison.Plain;
using ResNeXt.Benchmarks.Comparison.Scoring;
using ResNeXt.Benchmarks.Comparison.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>Every row of the table.</summary>
internal static class Comparisons
{
    private const string Rate = "images/s", ScoredNetwork = "resnext50_32x4d";
    private const int Files = 64;

    private static readonly TrainingWork
        ResNeXt50 = new("resnext50_32x4d", 224, 32, Steps: 3),
        ResNet50 = new("resnet50", 224, 32, Steps: 3),
        ResNet18 = new("resnet18", 64, 64, Steps: 10),
        ResNet20 = new("resnet20_cifar", 32, 128, Steps: 15);

    private static readonly Side PipelineOnRows = new("reloaded pipeline", ScoringSides.PipelineOnRows);

    /// <summary>The trainings, by the names of their rows.</summary>
    public static IReadOnlyList<(string Name, TrainingWork Work)> Trained { get; } =
        [("resnext50", ResNeXt50), ("resnet50", ResNet50), ("resnet18", ResNet18), ("resnet20", ResNet20)];

    public static IReadOnlyList<ComparisonRow> All { get; } =
    [
        new()
        {
            Name = ProductRate.RowName, Work = "large matrix products", Unit = "GFLOP/s", Ours = new("libtorch, the faster type", _ => new ProductRate()),
        },
        Training("resnext50", ResNeXt50, Precision.Automatic, 4), Training("resnext50-float32", ResNeXt50, Precision.Float32, 1.7),
        Training("resnet50", ResNet50, Precision.Automatic, 5), Training("resnet50-float32", ResNet50, Precision.Float32, 1.7),
        Training("resnet18", ResNet18, Precision.Automatic, 2), Training("resnet18-float32", ResNet18, Precision.Float32, 1.3),
        Training("resnet20", ResNet20, Precision.Automatic, 2), Training("resnet20-float32", ResNet20, Precision.Float32, 1.3),
        new()
        {
            Name = "memory", Work = "train resnet20_cifar for 300 steps", Unit = "memory at step 300 / at step 20", IsLowerBetter = true, IsFirstTime = true,
            Ours = new("this trainer", _ => new MemoryOverSteps(ResNet20, Precision.Automatic)), Target = 1.05,
        },
        Streaming(4000), Streaming(8000),
        new()
        {
            Name = "files", Work = $"train {ResNeXt50.Architecture}, fourth epoch", Unit = Rate, Target = 0.95,
            Prepare = folder => JpegFiles.Paint(folder, Files),
            Ours = new("from JPEG files through ML.NET", folder => new FileTraining(ResNeXt50, folder)),
            Other = new("from ready pixels", _ => new ShippedTraining(ResNeXt50, Precision.Automatic)),
        },
        new()
        {
            Name = "photographs", Work = "read a JPEG file of 12 megapixels for 224 px", Unit = "ms", IsLowerBetter = true, Target = 0.33,
            Prepare = PhotographReading.Prepare,
            Ours = new("decoded to a fraction", PhotographReading.Reduced), Other = new("decoded whole", PhotographReading.Whole),
        },
        Scoring("score-rows", "score ready rows", PipelineOnRows, new("raw session", ScoringSides.SessionOnRows), 0.95),
        Scoring("score-files", "score JPEG files", new("reloaded pipeline", ScoringSides.PipelineOnFiles),
            new("the same decoding, then a raw session", ScoringSides.SessionOnFiles), 1),
        Scoring("score-command", "score JPEG files", new("the command score", ScoringSides.CommandOnFiles),
            new("reloaded pipeline", ScoringSides.PipelineOnFiles), 0.95),
        Scoring("score-eager", "score ready rows", PipelineOnRows, new("TorchSharp eager, batches of 32", _ => ScoringSides.EagerOnRows(ScoredNetwork)), 4),
        Scoring("score-one", "score one image", new("PredictionEngine", ScoringSides.EngineOnOne), new("raw session", ScoringSides.SessionOnOne), 1.1) with
        {
            Unit = "ms", IsLowerBetter = true,
        },
        FirstTime("first-image", "SaveUncompressed", new("ResNeXtPredictor", folder => FirstPrediction.OfPredictor(new ScoringModel(folder).ImageZip))) with
        {
            Target = 1.4,
        },
        FirstTime("first-prediction", "Model.Save", Pipeline(model => model.PixelZip)),
        FirstTime("first-prediction-uncompressed", "SaveUncompressed", Pipeline(model => model.UncompressedPixelZip)),
    ];

    private static ComparisonRow Training(string name, TrainingWork work, Precision precision, double target) => new()
    {
        Name = name,
        Work = $"train {work.Architecture}, {work.ImageSize} px, batch {work.BatchSize}",
        Unit = Rate,
        Ours = new(precision == Precision.Automatic ? "this trainer" : "this trainer in float32", _ => new ShippedTraining(work, precision)),
        Other = new("plain loop", _ => new PlainTraining(work)),
        Target = target,
        PeakTarget = 1.2,
        Gigaflops = work.Gigaflops,
        IsFloat32 = precision == Precision.Float32,
    };

    private static ComparisonRow Streaming(int count) => new()
    {
        Name = $"stream-{count}",
        Work = "an epoch with 256 MiB of images in memory",
        Unit = "ms an image",
        IsLowerBetter = true,
        Ours = new($"{count} images", _ => new StreamedTraining(count)),
        Other = new("2000 images", _ => new StreamedTraining(2000)),
        Target = 1.1,
        PeakTarget = 1.1,
    };

    private static ComparisonRow Scoring(string name, string work, Side ours, Side other, double target) => new()
    {
        Name = name,
        Work = $"{work}, {ScoredNetwork}, {ScoringModel.ImageSize} px",
        Unit = Rate,
        Ours = ours,
        Other = other,
        Target = target,
        Prepare = folder =>
        {
            new ScoringModel(folder).Write(ScoredNetwork);
            JpegFiles.Paint(folder, Files);
        },
    };

    private static Side Pipeline(Func<ScoringModel, string> zip) =>
        new("Model.Load and PredictionEngine", folder => FirstPrediction.OfPipeline(zip(new(folder))));

    private static ComparisonRow FirstTime(string name, string saving, Side ours) => new()
    {
        Name = name,
        Work = $"first prediction of a resnet18 saved with {saving}, in a new process",
        Unit = "ms",
        IsLowerBetter = true,
        IsFirstTime = true,
        Prepare = folder => new ScoringModel(folder).Write("resnet18"),
        Ours = ours,
        Other = new("raw session", folder => FirstPrediction.OfSession(new ScoringModel(folder).Onnx)),
    };
}
