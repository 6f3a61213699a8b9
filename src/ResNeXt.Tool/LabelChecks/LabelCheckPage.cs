using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.LabelChecks;

namespace ResNeXt.Tool.LabelChecks;

/// <summary>Writes the result of a check as one HTML page that needs no other file. Every text from outside is encoded.</summary>
internal static class LabelCheckPage
{
    // Thumbnails have some 5 kB each.
    private const int MostRows = 200;
    private const int ThumbnailSide = 160;

    private static readonly string Style = ReadStyle();

    /// <summary>Writes the page.</summary>
    /// <param name="title">The name of the image folder.</param>
    /// <param name="result">The result of the check.</param>
    public static string Render(string title, LabelCheckResult result)
    {
        CheckedLabel[] suspicious = [.. result.Labels.Where(label => label.IsSuspicious)];
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <title>Labels of {Encode(title)}</title>
            <style>
            {Style}</style>
            </head>
            <body>
            <main>
            <h1>Labels of {Encode(title)}</h1>
            <p>{Count(result.ImageCount, "image")}: <a href="#labels">{Count(suspicious.Length, "suspicious label")}</a>,
            <a href="#duplicates">{Count(result.NearDuplicates.Count, "pair")} of near-duplicates</a>,
            <a href="#outliers">{Count(result.Outliers.Count, "outlier")}</a>.
            Images are compared by {Encode(result.Features)}. No file was changed.</p>
            {Warnings(result)}
            <h2 id="labels">Suspicious labels</h2>
            <p>Models that have not seen the image are confident of another class.
            The most suspicious image comes first; look at each before you move it.</p>
            {Table("Suspicious labels", ["Image", "Label, most similar image", "Suggested, most similar image"], suspicious, LabelRow)}
            <h2 id="duplicates">Near-duplicates</h2>
            <p>The same picture twice, perhaps resized, recompressed or slightly cropped.
            A copy in the validation folder makes a model look better than it is; of two different labels at least one is wrong.</p>
            {Table("Near-duplicates", ["First", "Second", "What it means"], result.NearDuplicates, DuplicateRow)}
            <h2 id="outliers">Outliers</h2>
            <p>Images that are unlike all others: perhaps no picture of any class, or a rare one that needs more company.</p>
            {Table("Outliers", ["Image", "Most similar image", "Distance"], result.Outliers, OutlierRow)}
            </main>
            </body>
            </html>

            """;
    }

    private static string LabelRow(CheckedLabel label) => $"""
        <tr>{Picture(label.ImagePath, "")}
        {Picture(label.NearestOfLabel, $"{Encode(label.Label)} {Percent(label.LabelProbability)}")}
        {Picture(label.NearestOfSuggested, $"{Encode(label.SuggestedLabel)} {Percent(label.SuggestedProbability)}")}</tr>

        """;

    private static string DuplicateRow(NearDuplicate pair)
    {
        string[] meanings =
        [
            .. pair.IsLeak ? ["in training and validation: a leak"] : Array.Empty<string>(),
            .. pair.HaveDifferentLabels ? ["different labels"] : Array.Empty<string>(),
        ];
        return $"""
            <tr>{Picture(pair.First.ImagePath, Encode(pair.First.Label))}
            {Picture(pair.Second.ImagePath, Encode(pair.Second.Label))}
            <td>{(meanings.Length > 0 ? $"<strong>{string.Join("; ", meanings)}</strong>" : "a copy within the class")}<br>
            difference {pair.Difference.ToString("P0", CultureInfo.InvariantCulture)}</td></tr>

            """;
    }

    private static string OutlierRow(ImageOutlier outlier) => $"""
        <tr>{Picture(outlier.ImagePath, Encode(outlier.Label))}
        {Picture(outlier.NearestImage, "")}
        <td>{outlier.Distance.ToString("0.00", CultureInfo.InvariantCulture)}</td></tr>

        """;

    private static string Table<T>(string name, string[] heads, IReadOnlyList<T> items, Func<T, string> row)
    {
        if (items.Count == 0)
            return "<p class=\"none\">None.</p>";
        var table = new StringBuilder();
        if (items.Count > MostRows)
            table.Append(CultureInfo.InvariantCulture, $"<p>The first {MostRows} of {items.Count}.</p>\n");
        table.Append(CultureInfo.InvariantCulture, $"<table><caption>{name}</caption><thead><tr>");
        foreach (string head in heads)
            table.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{head}</th>");
        table.Append("</tr></thead>\n<tbody>\n");
        foreach (T item in items.Take(MostRows))
            table.Append(row(item));
        return table.Append("</tbody></table>").ToString();
    }

    private static string Picture(string? path, string heading)
    {
        if (path is null)
            return $"<td><b>{heading}</b><br>none</td>";
        string name = Encode(Path.Combine(Path.GetFileName(Path.GetDirectoryName(path)) ?? "", Path.GetFileName(path)));
        string picture = ThumbnailOf(path) is { } address ? $"<img src=\"{address}\" alt=\"{name}\">" : "not readable any more";
        string title = heading.Length > 0 ? $"<b>{heading}</b><br>" : "";
        return $"<td>{title}{picture}<br><span class=\"name\" title=\"{Encode(path)}\">{name}</span></td>";
    }

    // Null if the file cannot be read any more.
    private static string? ThumbnailOf(string path)
    {
        try
        {
            using MLImage image = ImageDecoder.Decode(path);
            return Thumbnail.Of(image, ThumbnailSide).DataUri;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Warnings(LabelCheckResult result) => result.Warnings.Count == 0 ? "" : $"""
        <details open><summary>{Count(result.Warnings.Count, "warning")}</summary><ul>
        {string.Concat(result.Warnings.Take(MostRows).Select(warning => $"<li>{Encode(warning)}</li>\n"))}</ul></details>
        """;

    private static string ReadStyle()
    {
        using Stream style = typeof(LabelCheckPage).Assembly.GetManifestResourceStream("label-checks.css")!;
        using var reader = new StreamReader(style);
        return reader.ReadToEnd();
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Percent(float value) => value.ToString("P0", CultureInfo.InvariantCulture);

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
