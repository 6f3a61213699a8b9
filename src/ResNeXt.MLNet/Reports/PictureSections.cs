using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Reports.Pages;
using ResNeXt.MLNet.Reports.Rows;

namespace ResNeXt.MLNet.Reports;

/// <summary>Pictures of images, with what the classifier said.</summary>
internal static class PictureSections
{
    /// <summary>The address, within the page, of the pictures of a cell of the confusion matrix.</summary>
    public static string CellId(int label, int predicted) => $"cell-{label}-{predicted}";

    /// <summary>The mistakes with the highest probabilities.</summary>
    public static Html Mistakes(ClassificationReport report) => Pictures(
        report, report.Selection.CertainMistakes,
        "Wrong answers with the highest probabilities. Often the label is wrong, two classes look alike, or the image is unlike the training images.",
        "No image was classified wrong.");

    /// <summary>The right answers with the lowest probabilities.</summary>
    public static Html Uncertain(ClassificationReport report) => Pictures(
        report, report.Selection.UncertainHits,
        "Right answers with the lowest probabilities: more training images like these help most.", "No image was classified right.");

    /// <summary>Some images of every class.</summary>
    public static Html Sheet(ClassificationReport report) => Pictures(
        report, report.Selection.Sheet, "Some images of the set. The numbers of images per class are in the table of the classes.", "");

    /// <summary>The pictures that the cells of the confusion matrix lead to.</summary>
    public static Html Cells(ClassificationReport report) => Html.Join(
        report.Selection.Cells.OrderBy(cell => cell.Key.Label == cell.Key.Predicted).ThenBy(cell => cell.Key)
            .Select(cell => Cell(report, cell.Key, cell.Value)));

    private static Html Cell(ClassificationReport report, (int Label, int Predicted) cell, IReadOnlyList<ScoredImage> images)
    {
        int count = report.CountOf(cell.Label, cell.Predicted);
        Html label = Html.Name(report.Classes[cell.Label].Name), predicted = Html.Name(report.Classes[cell.Predicted].Name);
        Html title = cell.Label == cell.Predicted ? Html.Of($"{label} classified right") : Html.Of($"{label} classified as {predicted}");
        string shown = images.Count < count ? $"{images.Count} of {count} images" : count == 1 ? "1 image" : $"{count} images";
        return Html.Of($"""
            <div class="cell" id="{CellId(cell.Label, cell.Predicted)}">
            <h3>{title}</h3>
            <p class="faint">{shown}. <a class="back" href="#confusion">Back to the matrix</a></p>
            {List(report, images)}</div>

            """);
    }

    private static Html Pictures(ClassificationReport report, IReadOnlyList<ScoredImage> images, string text, string ifNone) => images.Count == 0
        ? Html.Of($"<p>{ifNone}</p>\n")
        : Html.Of($"<p>{text}</p>\n{List(report, images)}");

    private static Html List(ClassificationReport report, IReadOnlyList<ScoredImage> images) =>
        Html.Of($"<ul class=\"pictures\">\n{images.Select(image => Picture(report, image))}</ul>\n");

    private static Html Picture(ClassificationReport report, ScoredImage image)
    {
        string label = report.Classes[image.Label].Name;
        Html picture = report.Thumbnails.TryGetValue(image.Row, out Thumbnail? thumbnail)
            ? Html.Of($"<img src=\"{thumbnail.DataUri}\" alt=\"An image of {label}\" loading=\"lazy\"/>")
            : Html.Nothing;
        Html truth = image.IsRight ? Html.Nothing : Html.Of($"<div>is {Html.Name(label)}</div>");
        return Html.Of($"""
            <li>{picture}<div class="file">{Html.Name(image.Name)}</div>{truth}
            <ol>{image.Top.Select((item, place) => Answer(report, image, item, place))}</ol></li>

            """);
    }

    // Marked with signs too, for those who do not see the colors.
    private static Html Answer(ClassificationReport report, ScoredImage image, (int Class, float Score) item, int place)
    {
        string kind = item.Class == image.Label ? "good" : place == 0 ? "bad" : "";
        string sign = item.Class == image.Label ? "✓ " : place == 0 ? "✗ " : "";
        return Html.Of($"<li class=\"{kind}\"><span>{sign}{Html.Name(report.Classes[item.Class].Name)}</span> <span>{item.Score:P1}</span></li>");
    }
}
