using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Probabilities;
using ResNeXt.MLNet;
using ResNeXt.Tool.Comparison;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Scoring;

namespace ImageClassification.Demo;

/// <summary>The folder of a run of the demo: the painted images, the model and the figures.</summary>
internal sealed class DemoFolder
{
    private const int LinearImageSize = 32;

    private readonly string _folder;
    private readonly ParseResult _parsed;

    private DemoFolder(string folder, ParseResult parsed)
    {
        _folder = folder;
        _parsed = parsed;
    }

    /// <summary>The folder with <c>train</c> and <c>test</c>, each with a folder per class.</summary>
    public string Images => Path.Combine(_folder, "images");

    public string ModelFile => Path.Combine(_folder, "shapes.zip");

    public string OnnxFile => Path.Combine(_folder, "shapes.onnx");

    /// <summary>Paints the images into a folder.</summary>
    public static DemoFolder Paint(string folder, ParseResult parsed)
    {
        var demo = new DemoFolder(Directory.CreateDirectory(folder).FullName, parsed);
        Console.WriteLine("Painting six kinds of shapes, in random color, place, size and rotation, amid clutter.");
        ShapeImages.Write(demo.Images, seed: 1);
        return demo;
    }

    /// <summary>The first test image of each of so many classes.</summary>
    public IEnumerable<string> TestFiles(int count) => Directory.GetDirectories(Path.Combine(Images, "test")).Order(StringComparer.Ordinal).Take(count)
        .Select(ofClass => Directory.GetFiles(ofClass).Order(StringComparer.Ordinal).First());

    /// <summary>Compares with a linear classifier and with the model in memory, says where everything is, and writes the figures if asked to.</summary>
    public void Report(
        MLContext mlContext, IDataView training, IDataView test, TransformerChain<ResNeXtTransformer> model, ITransformer loaded, MulticlassClassificationMetrics metrics)
    {
        Console.WriteLine($"Largest difference between its scores and those of the model in memory: {Difference(model.Transform(test), loaded.Transform(test)):G3}.");
        double linear = LinearAccuracy(mlContext, training, test);
        Console.WriteLine($"A linear classifier on the pixels (SdcaMaximumEntropy) gets {linear:P1} right: {100 * (metrics.MicroAccuracy - linear):F0} points less.");
        Console.WriteLine($"Images: {Images}");
        Console.WriteLine($"Model:  {ModelFile} (mlContext.Model.Load, or the command predict)");
        Console.WriteLine($"ONNX:   {OnnxFile}");

        var clock = Stopwatch.StartNew();
        ProbabilityMetrics probabilities = SavedModels.MeasureProbabilities(mlContext.Data.Cache(loaded.Transform(test), "Label", "Score"));
        var evaluation = new Evaluation(probabilities.Count, metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss, metrics.TopKAccuracy,
            probabilities, clock.Elapsed.TotalSeconds);
        MetricsFile.Write(_parsed, evaluation, model.LastTransformer.ClassNames, model.LastTransformer.Epochs, ("linearAccuracy", linear));
    }

    private static double Difference(IDataView one, IDataView other) => one.GetColumn<float[]>("Score").Zip(other.GetColumn<float[]>("Score"),
        (a, b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max()).Max();

    private static double LinearAccuracy(MLContext mlContext, IDataView training, IDataView test)
    {
        IEstimator<ITransformer> pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Transforms.DecodeImages())
            .Append(PixelBaselines.Linear(mlContext, LinearImageSize));
        return mlContext.MulticlassClassification.Evaluate(pipeline.Fit(training).Transform(test)).MicroAccuracy;
    }
}
