using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.ML.Data;
using ResNeXt.AspNetCore;
using ResNeXt.AspNetCore.Requests;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Images.Decoding;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Serving;

/// <summary>Writes the HTML of the page and of the results. Every text that it is given is encoded.</summary>
internal sealed class PageRenderer(ReloadingPredictor predictor)
{
    private const int ClassesShown = 12;

    // The longest side of a picture, in pixels.
    private const int ThumbnailSide = 480;

    private static readonly string Template = PageFile.ReadText("page.html");

    /// <summary>The page.</summary>
    /// <param name="address">The address of the server, for the examples.</param>
    /// <param name="results">The HTML of results; empty for none.</param>
    public string Page(string address, string results)
    {
        IReadOnlyList<string> classes = predictor.ClassNames;
        string more = classes.Count > ClassesShown
            ? $"<details><summary>all {classes.Count}</summary><p>{Encode(string.Join(", ", classes))}</p></details>"
            : "";
        return Template
            .Replace("{{model}}", Encode(Path.GetFileNameWithoutExtension(predictor.ModelPath)), StringComparison.Ordinal)
            .Replace("{{count}}", classes.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{classes}}", Encode(string.Join(", ", classes.Take(ClassesShown))) + (more.Length > 0 ? ", …" : ""), StringComparison.Ordinal)
            .Replace("{{all}}", more, StringComparison.Ordinal)
            .Replace("{{address}}", Encode(address), StringComparison.Ordinal)
            // Last, because results have names of files in them.
            .Replace("{{results}}", results, StringComparison.Ordinal);
    }

    /// <summary>The result of one picture.</summary>
    public static string Result(UploadedImage image, ImageAnswer answer)
    {
        if (answer.Error is { } error)
            return Failure(error);
        // Held, so that images of other requests wait where memory is short.
        using HeldImage picture = ImageDecoder.DecodeHeld(image.Content.Span, image.DisplayName);
        Thumbnail thumbnail = Thumbnail.Of(picture.Image, ThumbnailSide);
        string name = Encode(image.DisplayName);
        var rows = new StringBuilder();
        foreach (RankedClass ranked in answer.Top!)
        {
            rows.Append(CultureInfo.InvariantCulture, $"""
                <tr><th scope="row">{Encode(ranked.Label)}</th><td class="bar"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width="{100 * ranked.Score:0.##}" height="1"/></svg></td><td class="score">{Percent(ranked.Score)}</td></tr>

                """);
        }
        return $"""
            <article class="result" aria-label="{name}">
            <div class="pictures">
            <figure><img class="picture" src="{thumbnail.DataUri}" alt="{name}"></figure>
            {Overlay(answer.Explanation)}</div>
            <div>
            <h2>{Heading(answer)}</h2>
            <p class="name">{name}</p>
            <table><caption class="hidden">The most probable classes of {name}</caption>
            <thead class="hidden"><tr><th scope="col">Class</th><th scope="col">Bar</th><th scope="col">Probability</th></tr></thead>
            <tbody>
            {rows}</tbody></table>
            </div>
            </article>

            """;
    }

    private static string Heading(ImageAnswer answer)
    {
        string score = Percent(answer.Score!.Value);
        (string label, string detail) = answer.Label is { } known ? (Encode(known), score)
            : (Encode(DontKnow.Text), answer.IsOutOfDistribution is true ? "unlike the images of the training" : $"at most {score}");
        return $"""{label} <span class="score">{detail}</span>""";
    }

    // Nothing for models that cannot be explained.
    private static string Overlay(ImageAnswerExplanation? explanation) => explanation is null ? "" : $"""
        <figure><img class="picture" src="{explanation.Overlay}" alt="The picture in gray; colors show what speaks for {Encode(explanation.Label)}">
        <figcaption>what speaks for “{Encode(explanation.Label)}”</figcaption></figure>

        """;

    /// <summary>A picture or a request that cannot be answered.</summary>
    public static string Failure(string detail) => $"""
        <article class="result failure"><p>{Encode(detail)}</p></article>

        """;

    private static string Percent(float score) => score.ToString("P1", CultureInfo.InvariantCulture);

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
