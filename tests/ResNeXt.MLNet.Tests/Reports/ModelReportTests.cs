using System.Xml.Linq;
using ResNeXt.Core;
using ResNeXt.MLNet.Reports;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Reports;

public sealed class ModelReportTests
{
    // Each would be markup, or end an attribute, if it were not encoded.
    private const string Script = "<script>alert('1')</script>", Quote = "\" onload=\"alert(1)", Entity = "&lt;b&gt; <!-- ]]> \u202Etxt";

    [Fact]
    public void ToHtml_OfHostileNames_HasNoElementOrAttributeOfThem()
    {
        using var folder = new TemporaryFolder();
        string[] names = [Script, Quote, Entity];
        string path = Path.Combine(folder.Path, OperatingSystem.IsWindows() ? "it's & &lt;.png" : "it's \"><img src=x onerror=alert(1)>.png");
        WritePng(path);

        XDocument page = Parse(FullReport(names, path) with
        {
            Title = Script, Command = $"resnext {Quote}", Settings = [new(Script, Quote), new(Entity, Script)],
        });

        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Equal(Script, page.Descendants("title").Single().Value);
        Assert.All(names, name => Assert.Contains(page.Descendants("bdi"), element => element.Value == name));
        Assert.Contains(page.Descendants("code"), element => element.Value == $"resnext {Quote}");
        Assert.Contains(page.Descendants("bdi"), element => element.Value == Path.GetFileName(path));
    }

    [Fact]
    public void ToHtml_OfAFullReport_LoadsNothingAndLinksWithinThePage()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "image.png");
        WritePng(path);

        XDocument page = Parse(FullReport(["ant", "bee", "cow"], path));

        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        string[] links = [.. page.Descendants().Attributes("href").Select(link => link.Value)];
        string[] sources = [.. page.Descendants().Attributes("src").Select(source => source.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(links, link => Assert.Contains(link[1..], ids));
        Assert.Contains("#cell-0-1", links);
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.StartsWith("data:image/jpeg;base64,", source));
        Assert.DoesNotContain("http:", page.ToString());
        Assert.DoesNotContain("https:", page.ToString());
        Assert.DoesNotContain(folder.Path, page.ToString());
    }

    [Fact]
    public void ToHtml_OfAFullReport_HasATableUnderEveryChartAndTextForEveryPicture()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "image.png");
        WritePng(path);

        XDocument page = Parse(FullReport(["ant", "bee", "cow"], path));

        XElement[] charts = [.. page.Descendants("figure")];
        Assert.Equal(4, charts.Length);
        Assert.All(charts, chart => Assert.NotEmpty(chart.Ancestors("section").First().Descendants("table")));
        Assert.All(page.Descendants("svg").Where(svg => svg.Attribute("aria-hidden") is null),
            svg => Assert.NotEmpty(svg.Attribute("aria-label")!.Value));
        Assert.All(page.Descendants("img"), image => Assert.NotEmpty(image.Attribute("alt")!.Value));
        XElement loss = charts.Single(chart => chart.Element("figcaption")!.Value == "Loss").Element("svg")!;
        Assert.Equal([2, 2], loss.Elements("polyline").Select(line => line.Attribute("points")!.Value.Trim().Split(' ').Length));
    }

    [Fact]
    public void ToHtml_OfATrainingWithoutValidation_HasCurvesOnly()
    {
        XDocument page = Parse(new ModelReport { Epochs = [new(1, 1, 0.5, 0.75, null, null, 0.1, 10, IsBest: true)] });

        Assert.Equal(["training", "environment"], page.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.DoesNotContain("NaN", page.ToString());
    }

    [Fact]
    public void ToHtml_OfATrainingWhoseLastEpochWasNotKept_NamesTheOneThatWas()
    {
        XDocument page = Parse(new ModelReport
        {
            Epochs = [new(1, 2, 0.5, 0.75, null, null, 0.1, 10, IsBest: true), new(2, 2, 50, 0.25, null, null, 0.1, 10, IsBest: false)],
        });

        Assert.Contains("The model is that of epoch 1;", page.ToString());
    }

    private static ModelReport FullReport(IReadOnlyList<string> names, string imagePath) => new()
    {
        Classification = ClassificationReport.Create(
            ScoredSet.View(names,
                new() { Label = names[0], Score = [0.9f, 0.05f, 0.05f], ImagePath = imagePath },
                new() { Label = names[0], Score = [0.2f, 0.7f, 0.1f], ImagePath = imagePath },
                new() { Label = names[2], Score = [0.3f, 0.3f, 0.4f], ImagePath = imagePath }),
            new ClassificationReportOptions { ImageColumnName = "ImagePath" }),
        Epochs = [new(1, 2, 1.5, 0.5, 1.25, 0.6, 0.1, 10, IsBest: true), new(2, 2, 1, 0.75, 1.5, 0.5, 0.01, 10, IsBest: false)],
        Network = new NetworkSummary(Architectures.Get("resnet20_cifar"), 32, 3),
        Settings = [new("Seed", "1")],
        Command = "resnext report",
    };

    // The page is written so that it is XML too, which tests whether it is well-formed.
    private static XDocument Parse(ModelReport report) => XDocument.Parse(report.ToHtml());

    private static void WritePng(string path)
    {
        using var bitmap = new SKBitmap(200, 100);
        bitmap.Erase(SKColors.SeaGreen);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, png.ToArray());
    }
}
