using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Folders;

namespace ResNeXt.Tool.Tests;

/// <summary>Models that ML.NET programs have trained: their images are in another column, or in another form.</summary>
public sealed partial class CommandLineTests
{
    [Theory]
    [InlineData("Picture", true)]
    [InlineData("Image", false)]
    public void Invoke_WithAModelOnAnotherColumn_ScoresTheSame(string column, bool savesSchema)
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.File("other.zip"), usual = folder.File("usual.zip");
        SaveClassifier(folder, images, new() { FeatureColumnName = column, FeatureIsImage = true, ImageSize = 16 }, model, savesSchema);
        SaveClassifier(folder, images, new() { FeatureColumnName = "Image", FeatureIsImage = true, ImageSize = 16 }, usual, savesSchema: false);

        string expected = Figures(Run(0, "evaluate", "--model", usual, "--images", images).Output);

        Assert.Equal(expected, Figures(Run(0, "evaluate", "--model", model, "--images", images).Output));
        Run(0, "report", "--model", model, "--images", images, "--output", folder.File("report.html"));
        Run(0, "quantize", "--model", model, "--images", images, "--output", folder.File("int8.zip"));
        Run(0, "evaluate", "--model", folder.File("int8.zip"), "--images", images);
    }

    [Fact]
    public void Invoke_WithAModelOnEncodedImages_ScoresFolders()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.File("encoded.zip");
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromImageFolder(images);
        ITransformer trained = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Photo", null, nameof(LabeledImageFile.ImagePath)))
            .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
            {
                FeatureColumnName = "Photo", Architecture = "resnet20_cifar", ImageSize = 16, MaxEpochs = 1,
            })).Fit(photos);
        mlContext.Model.Save(trained, photos.Schema, model);
        double expected = mlContext.MulticlassClassification.Evaluate(trained.Transform(photos)).LogLoss;
        (trained as IDisposable)?.Dispose();

        string output = Run(0, "evaluate", "--model", model, "--images", images).Output;

        Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"log-loss {expected:F6}"), output);
        Run(0, "quantize", "--model", model, "--images", images, "--output", folder.File("int8.zip"));
    }

    [Fact]
    public void Invoke_TrainOnEncodedImages_MakesAModelForAllCommands()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.File("encoded.zip"), star = images + "/star/0.png";

        string output = Run(0, "train", "--encoded-images", "--images", images, "--validation-fraction", "0.3", "--arch", "resnet20_cifar", "--image-size", "16",
            "--epochs", "1", "--output", model, "--report", folder.File("report.html")).Output;

        Assert.Contains("Validation, scored with the saved model: ", output);
        Run(0, "evaluate", "--model", model, "--images", images);
        Assert.StartsWith($"{star}: ", Run(0, "predict", "--model", model, star).Output);
        Run(0, "explain", "--model", model, star, "--output", folder.File("map.png"));
        Run(0, "score", "--model", model, "--images", images, "--output", folder.File("scores.csv"));
        Run(0, "quantize", "--model", model, "--images", images, "--output", folder.File("int8.zip"));
        Run(0, "export", "--model", model, "--onnx", folder.File("model.onnx"));
        Assert.Contains("--encoded-images is given with a CIFAR file", Run(1, "train", "--encoded-images", "--cifar", "x.bin", "--output", model).Error);
    }

    [Fact]
    public void Invoke_WithAModelOnPixels_SaysThatItTakesNoImages()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.File("pixels.zip");
        SaveClassifier(folder, images, new() { ImageSize = 16 }, model, savesSchema: false);

        Assert.Contains("its column 'Features' has pixels", Run(1, "evaluate", "--model", model, "--images", images).Error);
        Assert.Contains("its column 'Features' has pixels", Run(1, "quantize", "--model", model, "--images", images, "--output", folder.File("int8.zip")).Error);
    }

    [Fact]
    public void Invoke_PredictOfAFileWithControlCharacters_WritesOneLineWithoutThem()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string image = folder.File("a\n\u001b[31m.png");
        File.Copy(ShapeFolder.Paint(folder.Path) + "/star/0.png", image);

        string output = Run(0, "predict", "--model", SavedModel, image).Output;

        Assert.Contains("a??[31m.png: ", output);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void SaveClassifier(TemporaryFolder folder, string images, WeightsOptions options, string path, bool savesSchema)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromImageFolder(images);
        string[] classes = [.. Directory.GetDirectories(images).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
        string weights = folder.File("weights.safetensors");
        using (var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), classes.Length, seed: 1))
            SafetensorsFile.Write(weights, network.GetWeights());
        using var model = ResNeXtTransformer.FromWeights(mlContext, "resnet20_cifar", weights, options with { ClassNames = classes });
        mlContext.Model.Save(model, savesSchema ? photos.Schema : null, path);
    }

    // Without the speed.
    private static string Figures(string output) => output[..output.IndexOf(" images at", StringComparison.Ordinal)];
}
