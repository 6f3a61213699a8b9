using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.LabelChecks;
using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.Tool.LabelChecks;

/// <summary>Makes a page of the result of a check, which needs no other file.</summary>
/// <param name="names">The names of the images.</param>
internal sealed class LabelCheckPage(ShownNames names)
{
    // Thumbnails have some 5 kB each.
    private const int MostShown = 200;
    private const int ThumbnailSide = 160;

    /// <summary>Makes the page.</summary>
    public string Render(LabelCheckResult result) => HtmlPage.Of($"Labels of {names.Folder}", [.. Sections(result)]).ToString();

    private IEnumerable<HtmlSection> Sections(LabelCheckResult result)
    {
        CheckedLabel[] suspicious = [.. result.Labels.Where(label => label.IsSuspicious)];
        yield return new("summary", "Summary", Html.Of($"""
            {HtmlFigures.Of([
                ("Images", Html.Of($"{result.ImageCount:N0}")), ("Suspicious labels", Html.Of($"{suspicious.Length:N0}")),
                ("Pairs of near-duplicates", Html.Of($"{result.NearDuplicates.Count:N0}")), ("Outliers", Html.Of($"{result.Outliers.Count:N0}")),
            ])}<p>Images are compared by {result.Features}.</p>

            """));
        if (result.Warnings.Count > 0)
            yield return new("warnings", "Warnings", Warnings(result.Warnings));
        yield return new("labels", "Suspicious labels", Section(
            "Models that have not seen the image are confident of another class. The most suspicious image comes first; look at each before you "
            + "move it.",
            suspicious, Label));
        yield return new("duplicates", "Near-duplicates", Section(
            "The same picture twice, perhaps resized, recompressed or slightly cropped. A copy in the validation folder makes a model look better "
            + "than it is; of two different labels at least one is wrong.", result.NearDuplicates, Duplicate));
        yield return new("outliers", "Outliers", Section(
            "Images that are unlike all others: perhaps no picture of any class, or a rare one that needs more company.", result.Outliers, Outlier));
    }

    private static Html Section<T>(string text, IReadOnlyList<T> items, Func<T, Html> show)
    {
        if (items.Count == 0)
            return Html.Of($"<p>{text}</p>\n<p class=\"faint\">None.</p>\n");
        Html shown = items.Count > MostShown ? Html.Of($"<p>The first {MostShown} of {items.Count:N0}.</p>\n") : Html.Nothing;
        return Html.Of($"<p>{text}</p>\n{shown}<ol class=\"comparisons\">\n{items.Take(MostShown).Select(show)}</ol>\n");
    }

    private Html Label(CheckedLabel label) => Html.Of($"""
        <li>{Picture(label.ImagePath, Html.Of($"labeled <b>{Html.Name(label.Label)}</b>, {Percent(label.LabelProbability)}"))}
        {Picture(label.NearestOfLabel, Html.Of($"most similar in {Html.Name(label.Label)}"))}
        {Picture(label.NearestOfSuggested,
            Html.Of($"most similar in <b>{Html.Name(label.SuggestedLabel)}</b>, {Percent(label.SuggestedProbability)}"))}</li>

        """);

    private Html Duplicate(NearDuplicate pair)
    {
        string[] meanings =
        [
            .. pair.IsLeak ? ["in training and validation: a leak"] : Array.Empty<string>(),
            .. pair.HaveDifferentLabels ? ["different labels"] : Array.Empty<string>(),
        ];
        Html meaning = meanings.Length > 0
            ? Html.Of($"<b class=\"bad\">{string.Join("; ", meanings)}</b>")
            : Html.Of($"a copy within the class");
        return Html.Of($"""
            <li>{Picture(pair.First.ImagePath, Html.Name(pair.First.Label))}
            {Picture(pair.Second.ImagePath, Html.Name(pair.Second.Label))}
            <p>{meaning}, difference {pair.Difference:P0}</p></li>

            """);
    }

    private Html Outlier(ImageOutlier outlier) => Html.Of($"""
        <li>{Picture(outlier.ImagePath, Html.Of($"labeled <b>{Html.Name(outlier.Label)}</b>, distance {outlier.Distance:0.00}"))}
        {Picture(outlier.NearestImage, Html.Of($"most similar image"))}</li>

        """);

    private Html Picture(string? path, Html caption)
    {
        if (path is null)
            return Html.Of($"<figure><figcaption>{caption}: none</figcaption></figure>");
        Html picture = ThumbnailOf(path) is { } address
            ? Html.Of($"<img src=\"{address}\" alt=\"{names.Of(path)}\" loading=\"lazy\"/>")
            : Html.Of($"<div>not readable any more</div>");
        return Html.Of($"<figure><figcaption>{caption}</figcaption>{picture}<div class=\"file\">{Html.Name(names.Of(path))}</div></figure>");
    }

    // In one line.
    private static Html Percent(float value) => Html.Of($"<span class=\"number\">{value:P0}</span>");

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

    private Html Warnings(IReadOnlyList<string> warnings) =>
        Html.Of($"<ul>{warnings.Take(MostShown).Select(warning => Html.Of($"<li>{names.In(warning)}</li>\n"))}</ul>\n");
}
