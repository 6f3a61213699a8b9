using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Files;
using ResNeXt.Core.Probabilities;
using ResNeXt.Core.Quantization;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Folders;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Scoring;

/// <summary>Saves and evaluates models.</summary>
internal static class SavedModels
{
    private const int TopK = 5;

    /// <summary>Creates a data view of the images whose <c>Label</c> is a key with the given classes.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="images">The images.</param>
    /// <param name="classNames">The classes.</param>
    /// <param name="inParallel">Whether several threads decode images; not for models, which score with all threads.</param>
    /// <exception cref="InvalidDataException">The images have a class that is not among the given ones.</exception>
    public static IDataView WithKeys(MLContext mlContext, ILabeledImages images, IReadOnlyList<string> classNames, bool inParallel = false)
    {
        string[] unknown = [.. images.ClassNames.Except(classNames)];
        if (unknown.FirstOrDefault(name => classNames.Any(known => ImageFolder.HaveSameLetters(known, name))) is { } decomposed)
        {
            throw new InvalidDataException($"The images have the class '{decomposed}', which the model knows with the same letters in another "
                + "Unicode form (NFC against NFD); rename the folder to the model's form.");
        }
        if (unknown.Length > 0)
            throw new InvalidDataException($"The images have the class '{unknown[0]}', which the model does not know ({string.Join(", ", classNames.Take(10))}{(classNames.Count > 10 ? ", ..." : "")}); remove it, or use the model that was trained with it.");
        IDataView keys = mlContext.Data.LoadFromEnumerable(classNames.Select(name => new ClassName { Name = name }));
        IDataView data = images.ToDataView(mlContext);
        if (inParallel)
            data = new ParallelRows(data);
        return mlContext.Transforms.Conversion.MapValueToKey(nameof(LabeledImage.Label), keyData: keys).Fit(data).Transform(data);
    }

    /// <summary>Quantizes a model on labeled images.</summary>
    /// <exception cref="InvalidDataException">The images have a class that the model does not know, or the model takes no images.</exception>
    public static ResNeXtTransformer Quantize(MLContext mlContext, ResNeXtTransformer model, ILabeledImages images, QuantizationOptions options)
    {
        IDataView rows = WithKeys(mlContext, images, model.ClassNames);
        return model.Quantize(FeatureColumn.Of(mlContext, model, rows).Transform(rows), options);
    }

    /// <summary>Saves a model that scores the column <c>Image</c>. If it is interrupted, the previous file stays unchanged.</summary>
    // Without a schema, because ML.NET cannot save one whose only column is an image.
    public static void Save(MLContext mlContext, ITransformer model, string path) => mlContext.Model.SaveUncompressed(model, inputSchema: null, path);

    /// <summary>Saves a model compressed, which makes the file smaller and loading slower by some tenths of a second.</summary>
    public static void SaveCompressed(MLContext mlContext, ITransformer model, string path) =>
        AtomicFile.Write(path, stream => mlContext.Model.Save(model, inputSchema: null, stream));

    /// <summary>Evaluates a classifier on labeled images.</summary>
    public static Evaluation Evaluate(MLContext mlContext, SavedClassifier classifier, ILabeledImages images) =>
        Score(mlContext, classifier, images).Evaluation;

    /// <summary>Scores labeled images, and evaluates the scores.</summary>
    public static ScoredImages Score(MLContext mlContext, SavedClassifier classifier, ILabeledImages images)
    {
        IDataView scored = classifier.Model.Transform(WithKeys(mlContext, images, classifier.ClassNames));
        // Cached, because several passes read the scores. A pipeline may have dropped the names.
        string[] columns = [nameof(LabeledImage.Label), SavedClassifier.Score, SavedClassifier.PredictedLabel, nameof(LabeledImage.Name)];
        scored = mlContext.Data.Cache(scored, [.. columns.Where(column => scored.Schema.GetColumnOrNull(column) is not null)]);
        var clock = Stopwatch.StartNew();
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(scored, topKPredictionCount: Math.Min(TopK, classifier.ClassNames.Count));
        if (!double.IsFinite(metrics.LogLoss))
        {
            throw new InvalidDataException($"The model's scores of these images have a log-loss of {metrics.LogLoss}: it gives scores that are not finite. "
                + "Train or download it again.");
        }
        double seconds = clock.Elapsed.TotalSeconds;
        return new ScoredImages(scored, new Evaluation(
            images.Count, metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss, metrics.TopKAccuracy, MeasureProbabilities(scored), seconds));
    }

    /// <summary>Measures how far the probabilities of scored rows can be relied on.</summary>
    /// <param name="scored">Rows with the columns <c>Label</c>, a key with the classes in the order of the scores, and <c>Score</c>.</param>
    public static ProbabilityMetrics MeasureProbabilities(IDataView scored)
    {
        IEnumerable<uint> keys = scored.GetColumn<uint>(nameof(LabeledImage.Label));
        IEnumerable<float[]> scores = scored.GetColumn<float[]>(SavedClassifier.Score);
        return ProbabilityMetrics.Measure(scores.Zip(keys, (row, key) => ((IReadOnlyList<float>)row, (int)key - 1)));
    }

    private sealed class ClassName
    {
        public required string Name { get; init; }
    }
}
