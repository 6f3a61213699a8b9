using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.MLNet.Reports;

/// <summary>Which classes are mistaken for which.</summary>
internal static class ConfusionSections
{
    // More rows and columns are unreadable; the other classes are in the list of pairs.
    private const int MostClasses = 40;

    private const int MostPairs = 30;

    /// <summary>The confusion matrix. Its cells lead to pictures of their images.</summary>
    public static Html Matrix(ClassificationReport report)
    {
        int[] shown = Shown(report);
        string note = shown.Length == report.Classes.Count ? "" : $" Shown are the {MostClasses} classes with the most mistakes.";
        IEnumerable<Html> titles = shown.Select(column => Html.Of($"<th scope=\"col\" class=\"number\"><span>{Name(report, column)}</span></th>"));
        IEnumerable<Html> rows = shown.Select(row => Html.Of(
            $"<tr><th scope=\"row\">{Name(report, row)}</th>{shown.Select(column => Cell(report, row, column))}</tr>\n"));
        Html table = Html.Of($"""
            <table class="matrix"><caption>Number of images by class (rows) and predicted class (columns)</caption>
            <thead><tr><th scope="col">Class</th>{titles}</tr></thead>
            <tbody>
            {rows}</tbody></table>
            """);
        return Html.Of($"""
            <p>A row has the images of a class, a column those classified as a class. Right answers are on the diagonal. Choose a number to see
            the images.{note}</p>
            {HtmlTable.Framed("Confusion matrix", table)}
            """);
    }

    /// <summary>The most frequent mistakes.</summary>
    public static Html Pairs(ClassificationReport report)
    {
        if (report.ConfusedPairs.Count == 0)
            return Html.Of($"<p>No image was classified wrong.</p>\n");
        Dictionary<string, int> indices = report.Classes.Index().ToDictionary(item => item.Item.Name, item => item.Index, StringComparer.Ordinal);
        string caption = report.ConfusedPairs.Count <= MostPairs
            ? "All confused classes"
            : $"The {MostPairs} most frequent of {report.ConfusedPairs.Count} confused pairs";
        IEnumerable<Html[]> rows = report.ConfusedPairs.Take(MostPairs).Select(pair =>
            Row(report, pair, indices[pair.Label], indices[pair.PredictedLabel]));
        return HtmlTable.Of(caption, ["Class", "Classified as", "Images", "Of the class"], rows, textColumns: 2);
    }

    private static Html[] Row(ClassificationReport report, ConfusedPair pair, int label, int predicted) =>
    [
        Html.Name(pair.Label), Html.Name(pair.PredictedLabel), Count(report, label, predicted),
        Html.Of($"{(double)pair.Count / report.Classes[label].Images:P1}"),
    ];

    private static int[] Shown(ClassificationReport report)
    {
        if (report.Classes.Count <= MostClasses)
            return [.. Enumerable.Range(0, report.Classes.Count)];
        // Images that were missed, and images of other classes that were taken for the class.
        return [.. report.Classes.Index().OrderByDescending(item => item.Item.Images + item.Item.Predicted - 2 * item.Item.Correct)
            .Take(MostClasses).Select(item => item.Index).Order()];
    }

    private static Html Name(ClassificationReport report, int index) => Html.Name(report.Classes[index].Name);

    private static Html Cell(ClassificationReport report, int row, int column)
    {
        int count = report.CountOf(row, column);
        if (count == 0)
            return Html.Of($"<td class=\"number\"></td>");
        double part = (double)count / report.Classes[row].Images;
        return Html.Of($"<td class=\"number {(row == column ? "hit" : "miss")}\" style=\"--p:{part:0.##}\">{Count(report, row, column)}</td>");
    }

    private static Html Count(ClassificationReport report, int row, int column)
    {
        int count = report.CountOf(row, column);
        string what = $"{count} {(count == 1 ? "image" : "images")} of {report.Classes[row].Name} classified as {report.Classes[column].Name}";
        return report.Selection.Cells.ContainsKey((row, column))
            ? Html.Of($"<a href=\"#{PictureSections.CellId(row, column)}\" title=\"{what}\" aria-label=\"{what}\">{count:N0}</a>")
            : Html.Of($"{count:N0}");
    }
}
