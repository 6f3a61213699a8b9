using ResNeXt.Core;
using ResNeXt.Core.Files;
using ResNeXt.Core.Probabilities;
using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.MLNet.Reports;

/// <summary>
/// A report of a model as one HTML page, which needs no network and no script: how it was trained, how it does on labeled images, what it is made of.
/// All parts are optional.
/// </summary>
public sealed record ModelReport
{
    /// <summary>The title of the page.</summary>
    public string Title { get; init; } = "Image classifier";

    /// <summary>How the model did on labeled images.</summary>
    public ClassificationReport? Classification { get; init; }

    /// <summary>The reports of the training, one per epoch: <see cref="ResNeXtTransformer.Epochs"/>.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; init; } = [];

    /// <summary>What temperature scaling brings: <see cref="ResNeXtTransformer.Calibration"/>.</summary>
    public ProbabilityCalibration? Calibration { get; init; }

    /// <summary>The layers of the network.</summary>
    public NetworkSummary? Network { get; init; }

    /// <summary>The settings of the training, or of whatever made the report, with their values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>The command that makes the report again.</summary>
    public string? Command { get; init; }

    /// <summary>Writes the page. The same report gives the same page on the same machine.</summary>
    /// <param name="path">The path of the file. An existing file is replaced once the new one is complete.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public void SaveHtml(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(ToHtml());
        });
    }

    /// <summary>Makes the page.</summary>
    internal string ToHtml() => HtmlPage.Of(Title, [.. Sections()]).ToString();

    private IEnumerable<HtmlSection> Sections()
    {
        if (Classification is { } report)
            yield return new("summary", "Summary", ClassSections.Summary(report));
        if (Epochs.Count > 0)
            yield return new("training", "Training", TrainingSection.Of(Epochs));
        if (Classification is { } classification)
        {
            yield return new("confusion", "Confusion matrix", ConfusionSections.Matrix(classification));
            yield return new("pairs", "Most confused classes", ConfusionSections.Pairs(classification));
            yield return new("classes", "Classes", ClassSections.Table(classification));
            yield return new("mistakes", "Most certain mistakes", PictureSections.Mistakes(classification));
            yield return new("uncertain", "Least certain right answers", PictureSections.Uncertain(classification));
            yield return new("calibration", "Calibration", CalibrationSection.Of(classification.Probabilities, Calibration));
            yield return new("images", "Images", PictureSections.Sheet(classification));
            yield return new("cells", "Images by cell of the matrix", PictureSections.Cells(classification));
        }
        if (Network is { } network)
            yield return new("network", "Network", DetailSections.Network(network));
        if (Settings.Count > 0)
            yield return new("settings", "Settings", DetailSections.Values("Settings", Settings));
        yield return new("environment", "Environment", DetailSections.Environment());
        if (Command is { } command)
            yield return new("command", "Command", DetailSections.Command(command));
    }
}
