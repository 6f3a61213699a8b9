using ImageClassification.Demo;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet;
using SkiaSharp;

namespace ImageClassification.Tests.Documentation;

/// <summary>Files of every kind that the libraries write, made once from a few painted images, in a temporary folder.</summary>
public sealed class ContractFiles : IDisposable
{
    private const string Network = "resnet20_cifar";
    private const int Side = 8, Epochs = 2, ImagesPerClass = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public ContractFiles()
    {
        IDataView photos = _mlContext.Data.LoadFromImageFolder(Paint());
        TrainOnImagesOfAnySize(photos);
        TrainOnNumberLabels(photos);
        FeaturizeBytes(photos);
        TrainOnBytes(photos);
        using var untrained = new ResidualNetwork(Architectures.Get(Network), classes: 2, seed: 1);
        SafetensorsFile.Write(Path("weights.safetensors"), untrained.GetWeights());
    }

    /// <summary>The saved pipelines: images and text labels, its int8 version, images of one size and number labels, features, and bytes.</summary>
    public IEnumerable<string> Zips => ["images.zip", "int8.zip", "numbers.zip", "features.zip", "bytes.zip"];

    /// <summary>The columns that scoring added to a view.</summary>
    public IReadOnlyList<string> ScoredColumns { get; private set; } = [];

    /// <summary>The checkpoints of both trainings: with momentum, and with AdamW.</summary>
    public IEnumerable<string> Checkpoints =>
        new[] { "momentum", "adamw" }.SelectMany(name => Directory.GetFiles(Path(name))).Order(StringComparer.Ordinal);

    /// <summary>A file of the folder.</summary>
    public string Path(string name) => System.IO.Path.Combine(_folder.Path, name);

    public void Dispose() => _folder.Dispose();

    private string Paint()
    {
        var painter = new ShapePainter(new Random(1));
        foreach (ShapeKind kind in new[] { ShapeKind.Circle, ShapeKind.Star })
        {
            for (int i = 0; i < ImagesPerClass; i++)
            {
                using SKBitmap bitmap = painter.Paint(kind);
                using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
                File.WriteAllBytes(_folder.File("photos", $"{kind}", $"{i}.png"), png.ToArray());
            }
        }
        return Path("photos");
    }

    // DecodeImages announces no size. Saved whole, in float32 and in int8.
    private void TrainOnImagesOfAnySize(IDataView photos)
    {
        IEstimator<ITransformer> before = _mlContext.Transforms.Conversion.MapValueToKey("Label").Append(_mlContext.Transforms.DecodeImages());
        ITransformer prepared = before.Fit(photos);
        IDataView rows = prepared.Transform(photos);
        using ResNeXtTransformer model = Train(rows, "Image", "momentum", recipe => recipe);
        ScoredColumns = [.. model.Transform(rows).Schema.Select(column => column.Name).Except(rows.Schema.Select(column => column.Name))];
        _mlContext.Model.Save(new TransformerChain<ITransformer>(prepared, model), photos.Schema, Path("images.zip"));
        model.SaveOnnx(Path("model.onnx"));
        SafetensorsFile.Write(Path("model.safetensors"), model.GetWeights());
        using ResNeXtTransformer int8 = model.Quantize(rows);
        _mlContext.Model.Save(new TransformerChain<ITransformer>(prepared, int8), photos.Schema, Path("int8.zip"));
        int8.SaveOnnx(Path("int8.onnx"));
    }

    // ResizeImages announces a size. Labels that are numbers take another way back to keys.
    private void TrainOnNumberLabels(IDataView photos)
    {
        IDataView rows = _mlContext.Transforms.DecodeImages()
            .Append(_mlContext.Transforms.ResizeImages("Small", 2 * Side, Side, "Image"))
            .Append(_mlContext.Transforms.Conversion.MapValue(
                "Number", new Dictionary<string, float> { ["Circle"] = 1, ["Star"] = 2 }, "Label"))
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label", "Number"))
            .Fit(photos).Transform(photos);
        using ResNeXtTransformer model = Train(
            rows, "Small", "adamw", recipe => recipe with { Optimizer = OptimizerKind.AdamW, LearningRate = 0.001f });
        _mlContext.Model.Save(model, rows.Schema, Path("numbers.zip"));
    }

    private void FeaturizeBytes(IDataView photos)
    {
        IDataView rows = _mlContext.Transforms.LoadRawImageBytes("Bytes", null, "ImagePath").Fit(photos).Transform(photos);
        using var model = _mlContext.Transforms.ResNeXtFeaturizer("Features", "Bytes", Path("images.zip")).Fit(rows);
        _mlContext.Model.Save(model, rows.Schema, Path("features.zip"));
    }

    private void TrainOnBytes(IDataView photos)
    {
        IDataView rows = _mlContext.Transforms.LoadRawImageBytes("Bytes", null, "ImagePath")
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label")).Fit(photos).Transform(photos);
        using ResNeXtTransformer model = Train(rows, "Bytes", "bytes", recipe => recipe);
        _mlContext.Model.Save(model, rows.Schema, Path("bytes.zip"));
    }

    private ResNeXtTransformer Train(IDataView rows, string column, string checkpoints, Func<TrainingRecipe, TrainingRecipe> change) =>
        _mlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
        {
            FeatureColumnName = column,
            Architecture = Network,
            ImageSize = Side,
            PixelMean = [127.5f, 127.5f, 127.5f],
            PixelStd = [127.5f, 127.5f, 127.5f],
            Recipe = change(TrainingRecipe.Standard(Architectures.Get(Network))) with { MaxEpochs = Epochs, BatchSize = 6 },
            CheckpointDirectory = Path(checkpoints),
        }).Fit(rows);
}
