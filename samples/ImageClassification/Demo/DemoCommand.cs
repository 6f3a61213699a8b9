using System.CommandLine;
using System.Globalization;
using ImageClassification.Baselines;
using ImageClassification.Commands;
using ImageClassification.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;

namespace ImageClassification.Demo;

/// <summary>The demo, which runs without a command: paints its own images, trains, evaluates, saves, reloads, predicts and exports.</summary>
internal static class DemoCommand
{
    private const string Architecture = "resnet20_cifar";
    private const int ImageSize = 32, Epochs = 12, Seed = 1;
    private const float LearningRate = 0.05f;

    private static readonly Option<string> Output = new("--output") { Description = "The demo's folder for pictures and models.", HelpName = "DIR", DefaultValueFactory = _ => "resnext-demo" };

    public static void AddTo(RootCommand root)
    {
        root.Add(Output);
        root.Add(MetricsFile.Option);
        root.SetAction(Run);
    }

    private static int Run(ParseResult parsed)
    {
        MetricsFile.Check(parsed);
        string folder = Directory.CreateDirectory(parsed.GetRequiredValue(Output)).FullName;
        string images = Path.Combine(folder, "images"), modelZip = Path.Combine(folder, "shapes.zip"), onnx = Path.Combine(folder, "shapes.onnx");

        Console.WriteLine("Painting six kinds of shapes, in random colour, place, size and rotation, amid clutter.");
        ShapeImages.Write(images, seed: Seed);
        FolderImages training = FolderImages.Open(Path.Combine(images, "train")), test = FolderImages.Open(Path.Combine(images, "test"));
        Console.WriteLine($"{training.Count} images to learn from, {test.Count} held out, {training.ClassNames.Count} classes: {string.Join(", ", training.ClassNames)}.");

        var mlContext = new MLContext(Seed);
        Console.WriteLine("A linear classifier on the pixels (SdcaMaximumEntropy), to compare with ...");
        double linear = LinearAccuracy(mlContext, training, test);
        Console.WriteLine($"... gets {Percent(linear)} of the held-out images right.");

        Console.WriteLine($"Training {Architecture} from random weights, {Epochs} epochs.");
        using ResNeXtTransformer model = Train(mlContext, training);
        Scoring.Save(mlContext, model, modelZip);
        Evaluation evaluation = Scoring.Evaluate(mlContext, modelZip, test);
        Console.WriteLine($"The saved model, loaded again, on the held-out images: {evaluation}");
        Console.WriteLine($"That is {100 * (evaluation.Accuracy - linear):F0} points above the linear classifier.");
        CheckReload(mlContext, model, modelZip, test);
        model.SaveOnnx(onnx);

        Console.WriteLine($"Pictures: {images}");
        Console.WriteLine($"Model:    {modelZip} (mlContext.Model.Load, or the command predict)");
        Console.WriteLine($"ONNX:     {onnx}");
        MetricsFile.Write(parsed, evaluation, model.ClassNames, model.Epochs, ("linearAccuracy", linear));
        return CommandRun.Done;
    }

    private static double LinearAccuracy(MLContext mlContext, FolderImages training, FolderImages test)
    {
        ITransformer model = PixelBaselines.Linear(mlContext, ImageSize).Fit(Scoring.WithKeys(mlContext, training, training.ClassNames));
        return mlContext.MulticlassClassification.Evaluate(model.Transform(Scoring.WithKeys(mlContext, test, training.ClassNames))).MicroAccuracy;
    }

    private static ResNeXtTransformer Train(MLContext mlContext, FolderImages training)
    {
        using var display = new TrainingDisplay();
        return mlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
        {
            FeatureColumnName = nameof(LabeledImage.Image),
            Architecture = Architecture,
            ImageSize = ImageSize,
            MaxEpochs = Epochs,
            LearningRate = LearningRate,
            Progress = display,
        }).Fit(Scoring.WithKeys(mlContext, training, training.ClassNames));
    }

    private static void CheckReload(MLContext mlContext, ResNeXtTransformer model, string modelZip, FolderImages test)
    {
        float[][] before = Scores(model), after = Scores(mlContext.Model.Load(modelZip, out _));
        double difference = before.Zip(after, (a, b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max()).Max();
        if (!(difference <= 1e-6))
            throw new InvalidOperationException($"The reloaded model's scores differ by {difference:G3} from those in memory.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Largest difference between its scores and those in memory: {difference:G3}."));

        float[][] Scores(ITransformer scorer) => [.. scorer.Transform(test.ToDataView(mlContext)).GetColumn<float[]>("Score")];
    }

    private static string Percent(double fraction) => fraction.ToString("P1", CultureInfo.InvariantCulture);
}
