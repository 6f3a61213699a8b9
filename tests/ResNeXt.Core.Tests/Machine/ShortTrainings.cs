using System.Globalization;
using ResNeXt.Core.Images;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Machine;

/// <summary>
/// Trains networks of three kinds for two steps each, on whatever machine this process makes of the real one, and exports them verified.
/// </summary>
internal static class ShortTrainings
{
    public const string Scenario = "train and export";
    public const string ScenarioOfWrongResults = "train and export with wrong results";
    private const int ImageCount = 8, ImageSize = 64;

    private static readonly PixelNormalization Normalization = new([80, 80, 80], [50, 50, 50]);

    /// <summary>A line with what was done to oneDNN, a line with the number of warnings, and a line with a loss for each network.</summary>
    public static string Run()
    {
        Architecture bottleneck = Architectures.Get("resnet50") with { Name = "short_resnet", Depths = [1, 1, 1, 1] };
        Architecture aggregated = Architectures.Get("resnext50_32x4d") with { Name = "short_resnext", Depths = [1, 1], Form = BlockForm.Aggregated };
        TrainingResult[] outcomes = [.. new[] { Architectures.Get("resnet18"), bottleneck, aggregated }.Select(Train)];
        return string.Join('\n', (string[])
        [
            $"{OneDnnAdaptation.State}", $"{outcomes[0].Warnings.Count}",
            .. outcomes.Select(outcome => outcome.Epochs[^1].TrainLoss.ToString("R", CultureInfo.InvariantCulture)),
        ]);
    }

    private static TrainingResult Train(Architecture architecture)
    {
        var options = new TrainingOptions
        {
            Recipe = new() { MaxEpochs = 1, BatchSize = ImageCount / 2, LearningRate = 0.001f },
            Seed = 1, Precision = Precision.Float32, RetainNativeMemory = false,
        };
        using ImageStore images = Images();
        using var network = new ResidualNetwork(architecture, classes: 2, seed: 1);
        TrainingResult outcome = new ClassifierTrainer(network, Normalization, options).Train(images);
        var model = new ClassifierModel
        {
            Architecture = architecture, Weights = network.GetWeights(), ClassNames = ["dark", "light"],
            Shape = images.Shape, Normalization = Normalization,
        };
        var surface = new OnnxSignature();
        OnnxVerification.Compare(OnnxExporter.Write(model, surface), surface, network, model);
        return outcome;
    }

    private static ImageStore Images()
    {
        var random = new Random(1);
        var store = new ImageStore(new ImageShape(3, ImageSize, ImageSize), 10_000_000);
        for (int image = 0; image < ImageCount; image++)
            store.Add([.. Enumerable.Range(0, store.Shape.Length).Select(_ => (float)random.Next(image % 2 == 0 ? 120 : 200))], image % 2);
        return store;
    }
}
