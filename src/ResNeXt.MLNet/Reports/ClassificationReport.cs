using Microsoft.ML;
using ResNeXt.Core.Probabilities;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Reports.Rows;

namespace ResNeXt.MLNet.Reports;

/// <summary>How a classifier did on labeled images: metrics, metrics per class, confusions, and pictures of what is worth looking at.</summary>
/// <remarks>Put it into a <see cref="ModelReport"/> to write it as a page.</remarks>
public sealed class ClassificationReport
{
    // ML.NET's, so that the figures compare.
    private const double SmallestProbability = 1e-15;

    private const int TopK = 5;

    private readonly ILookup<(int Label, int Predicted), ScoredImage> _cells;

    private ClassificationReport(ScoredRows rows, PictureSelection selection, IReadOnlyDictionary<int, Thumbnail> thumbnails)
    {
        IReadOnlyList<string> names = rows.ClassNames;
        ILookup<int, ScoredImage> byLabel = rows.Images.ToLookup(image => image.Label), byPrediction = rows.Images.ToLookup(image => image.Predicted);
        _cells = rows.Images.ToLookup(image => (image.Label, image.Predicted));
        Images = rows.Images.Count;
        Probabilities = rows.Probabilities;
        Selection = selection;
        Thumbnails = thumbnails;
        Classes = [.. names.Select((name, index) =>
            new ClassMetrics(name, byLabel[index].Count(), byPrediction[index].Count(), _cells[(index, index)].Count()))];
        Accuracy = (double)rows.Images.Count(image => image.IsRight) / Images;
        MacroAccuracy = Classes.Where(metrics => metrics.Images > 0).Average(metrics => metrics.Recall);
        TopFiveAccuracy = (double)rows.Images.Count(image => image.LabelRank < TopK) / Images;
        LogLoss = rows.Images.Average(image => -Math.Log(Math.Max(image.LabelScore, SmallestProbability)));
        ConfusedPairs = [.. _cells.Where(cell => cell.Key.Label != cell.Key.Predicted).OrderByDescending(cell => cell.Count())
            .Select(cell => new ConfusedPair(names[cell.Key.Label], names[cell.Key.Predicted], cell.Count()))];
    }

    /// <summary>The number of images.</summary>
    public int Images { get; }

    /// <summary>The fraction of images that are classified correctly.</summary>
    public double Accuracy { get; }

    /// <summary>The mean of the accuracies of all classes that have images.</summary>
    public double MacroAccuracy { get; }

    /// <summary>The fraction of images whose class is among the five most probable ones.</summary>
    public double TopFiveAccuracy { get; }

    /// <summary>The mean cross-entropy (natural logarithm).</summary>
    public double LogLoss { get; }

    /// <summary>How far the probabilities can be relied on: expected calibration error, Brier score, calibration curve.</summary>
    public ProbabilityMetrics Probabilities { get; }

    /// <summary>Precision, recall and F1 of each class, in the order of the scores.</summary>
    public IReadOnlyList<ClassMetrics> Classes { get; }

    /// <summary>The classes that were mistaken for others, the most frequent mistake first.</summary>
    public IReadOnlyList<ConfusedPair> ConfusedPairs { get; }

    /// <summary>The images to show.</summary>
    internal PictureSelection Selection { get; }

    /// <summary>The thumbnails by the indices of their rows.</summary>
    internal IReadOnlyDictionary<int, Thumbnail> Thumbnails { get; }

    /// <summary>Makes a report from rows that a classifier scored. The rows are read once, and some of their images once more.</summary>
    /// <param name="scoredRows">
    /// The rows, for example <c>model.Transform(testRows)</c>: a key column with the classes and a column with probabilities.
    /// </param>
    /// <param name="options">The columns, and the number of pictures; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A column is missing or unsuitable, or there is no row; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">A row has no class, or a score that is not finite.</exception>
    public static ClassificationReport Create(IDataView scoredRows, ClassificationReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scoredRows);
        options ??= new ClassificationReportOptions();
        options.Validate();
        ScoredRows rows = ScoredRows.Read(scoredRows, options.LabelColumnName, options.ScoreColumnName, options.NameColumnName);
        PictureSelection selection = PictureSelection.Of(rows.Images, options.MaximumPictures);
        return new(rows, selection, PictureReader.Read(options.ImageRows ?? scoredRows, options.ImageColumnName, selection.Rows));
    }

    /// <summary>The number of images of a class that were classified as a class: a cell of the confusion matrix.</summary>
    /// <param name="label">The index of the images' class in <see cref="Classes"/>.</param>
    /// <param name="predictedLabel">The index of the predicted class.</param>
    public int CountOf(int label, int predictedLabel) => _cells[(label, predictedLabel)].Count();
}
