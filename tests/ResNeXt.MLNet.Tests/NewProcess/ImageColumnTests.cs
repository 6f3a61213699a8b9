using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Quantization;
using ResNeXt.MLNet.Experiments;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.NewProcess;

/// <summary>Image columns of every type that stock transforms make, from files, through everything that is done with a model.</summary>
public sealed class ImageColumnTests : IDisposable
{
    // Beyond the squares that every model registers.
    private const int Height = 19, Width = 23;

    private static readonly string[] AllColumns =
        ["unknown", "crop", "pad", "fill", "square", "gray", "gray of unknown", "from pixels", "raw bytes", "decoded bytes"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _table;

    public ImageColumnTests() => _table = ImageTable.Save(_folder.Path);

    public static TheoryData<string> Columns => new(AllColumns);

    private IDataView Table => ImageTable.Load(MlContext, _table);

    public void Dispose() => _folder.Dispose();

    // In one process, because starting one takes long; each model has images of a size of its own, so that none finds what another has registered.
    [Fact, Trait("Category", "Slow")]
    public async Task FitAndFeaturizer_OnEveryImageColumn_ComputeTheSameInANewProcess()
    {
        using var weights = new TemporaryFile(name: "weights.onnx");
        LastStep("Image").SaveOnnx(weights.Path);
        var zips = new List<string>();
        var expected = new List<string>();
        foreach (string column in AllColumns)
        {
            Add(Pipeline(column, Width + zips.Count).Append(Trainer(Options("Image") with { ImageSize = ImageSizeFor(column) })));
            Add(Pipeline(column, Width + zips.Count).Append(MlContext.Transforms.ResNeXtFeaturizer("Score", "Image", weights.Path)));
        }

        string[] printed = await Child.RunAsync(_folder.Path, isKilled: false, [ChildProgram.Score, _table, .. zips]);

        Assert.Equal(expected, printed);

        void Add(IEstimator<ITransformer> pipeline)
        {
            ITransformer model = pipeline.Fit(Table);
            zips.Add(Path.Combine(_folder.Path, $"model{zips.Count}.zip"));
            MlContext.Model.Save(model, Table.Schema, zips[^1]);
            expected.AddRange(Scores(model.Transform(Table)).Select(ImageTable.Line));
            (model as IDisposable)?.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Model_OnAnyImageColumn_IsLoadedPredictedAndQuantized(string column)
    {
        ITransformer loading = Pipeline(column).Fit(Table);
        IDataView rows = loading.Transform(Table);
        using ResNeXtTransformer model = Trainer(Options("Image") with { ImageSize = ImageSizeFor(column), ValidationSet = rows }).Fit(rows);
        string zip = Path.Combine(_folder.Path, "model.zip");
        MlContext.Model.Save(model, rows.Schema, zip);

        using var loaded = ResNeXtTransformer.Load(new MLContext(), zip);
        using var predictor = ResNeXtPredictor.Load(new MLContext(), zip);
        using ResNeXtTransformer quantized = model.Quantize(rows, new QuantizationOptions { MaximumImages = 4 });

        Assert.Equal(Scores(model.Transform(rows)), Scores(loaded.Transform(rows)));
        Assert.Equal(3, predictor.Predict(Path.Combine(_folder.Path, "0.png")).Scores.Count);
        Assert.Equal(6, Scores(quantized.Transform(rows)).Length);
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Execute_OnAnyImageColumn_TrainsANetwork(string column)
    {
        IDataView rows = Pipeline(column).Fit(Table).Transform(Table);
        ImageExperiment experiment = MlContext.MulticlassClassification.CreateImageExperiment(new ImageExperimentOptions
        {
            Architectures = ["resnet20_cifar"],
            Trainer = Options("Image") with { ImageSize = ImageSizeFor(column) },
            MinEpochs = 1,
            MaxEpochs = 1,
            ConfigurationsPerArchitecture = 1,
        });

        using ImageExperimentResult result = experiment.Execute(rows, rows);

        Assert.Null(result.RunDetails.Single().Exception);
    }

    [Fact]
    public async Task Fit_OnImagesOfUnknownSize_ScoresResizedOnesInANewProcess()
    {
        IDataView rows = Pipeline("unknown").Fit(Table).Transform(Table);
        using ResNeXtTransformer model = Trainer(Options("Image") with { ImageSize = Patterns.Size }).Fit(rows);
        string zip = Path.Combine(_folder.Path, "model.zip");
        MlContext.Model.Save(model, rows.Schema, zip);

        string[] printed = await Child.RunAsync(_folder.Path, isKilled: false, ChildProgram.ScoreResized, zip, _table, "48", "48");

        IDataView resized = MlContext.Transforms.LoadImages("Image", "", "Path")
            .Append(MlContext.Transforms.ResizeImages("Image", 48, 48)).Fit(Table).Transform(Table);
        Assert.Equal(Scores(model.Transform(resized)).Select(ImageTable.Line), printed);
    }

    private static int? ImageSizeFor(string column) =>
        column is "unknown" or "gray of unknown" or "raw bytes" or "decoded bytes" ? Patterns.Size : null;

    private static IEstimator<ITransformer> Pipeline(string column, int width = Width)
    {
        TransformsCatalog transforms = MlContext.Transforms;
        var labels = transforms.Conversion.MapValueToKey("Label");
        if (column == "raw bytes")
            return labels.Append(transforms.LoadRawImageBytes("Image", "", "Path"));
        if (column == "decoded bytes")
            return labels.Append(transforms.LoadRawImageBytes("Bytes", "", "Path")).Append(transforms.DecodeImages("Image", "Bytes"));
        var images = labels.Append(transforms.LoadImages("Image", "", "Path"));
        return column switch
        {
            "unknown" => images,
            "crop" => images.Append(Resize(ImageResizingEstimator.ResizingKind.IsoCrop)),
            "pad" => images.Append(Resize(ImageResizingEstimator.ResizingKind.IsoPad)),
            "fill" => images.Append(Resize(ImageResizingEstimator.ResizingKind.Fill)),
            "square" => images.Append(transforms.ResizeImages("Image", Patterns.Size, Patterns.Size)),
            "gray" => images.Append(Resize(ImageResizingEstimator.ResizingKind.Fill)).Append(transforms.ConvertToGrayscale("Image")),
            "gray of unknown" => images.Append(transforms.ConvertToGrayscale("Image")),
            _ => images.Append(Resize(ImageResizingEstimator.ResizingKind.Fill)).Append(transforms.ExtractPixels("Pixels", "Image"))
                .Append(transforms.ConvertToImage(Height, width, "Image", "Pixels")),
        };

        IEstimator<ITransformer> Resize(ImageResizingEstimator.ResizingKind kind) => transforms.ResizeImages("Image", width, Height, resizing: kind);
    }
}
