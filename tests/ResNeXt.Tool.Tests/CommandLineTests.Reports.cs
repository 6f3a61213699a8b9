using System.Xml.Linq;

namespace ResNeXt.Tool.Tests;

public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_TrainAndReport_WritePagesWithoutFoldersOfThisMachine()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip";
        string training = folder.Path + "/training.html", report = folder.Path + "/report.html";

        (string trained, _) = Run(0, "train", "--images", images, "--validation", images, "--arch", "resnet20_cifar", "--image-size", "16",
            "--epochs", "2", "--output", model, "--report", training);
        (string reported, _) = Run(0, "report", "--model", model, "--images", images, "--output", report);

        Assert.Contains($"The report is in {training}.", trained);
        Assert.Contains($"The report is in {report}.", reported);
        XDocument first = XDocument.Load(training), second = XDocument.Load(report);
        string[] ofBoth = ["summary", "confusion", "pairs", "classes", "mistakes", "uncertain", "calibration", "images", "cells", "network"];
        Assert.Equal(["summary", "training", .. ofBoth[1..], "settings", "environment", "command"], Sections(first));
        Assert.Equal([.. ofBoth, "environment", "command"], Sections(second));
        Assert.Equal("resnext report --model m.zip --images images --output report.html", second.Descendants("code").Single().Value);
        // All twelve images, in the list of the whole set.
        Assert.Equal(12, second.Descendants("section").Single(section => section.Attribute("id")?.Value == "images").Descendants("img").Count());
        Assert.Contains(second.Descendants("bdi"), name => name.Value == "star/5.png");
        Assert.All([first, second], page => Assert.DoesNotContain(folder.Path, page.ToString()));
    }

    [Theory]
    [InlineData("no-such-folder", "train", "--images", ".", "--output", "x.zip", "--report", "no-such-folder/x.html")]
    [InlineData("no-such-folder", "report", "--model", "x.zip", "--images", ".", "--output", "no-such-folder/x.html")]
    [InlineData("no-such.zip", "report", "--model", "no-such.zip", "--output", "x.html", "--images")]
    public void Invoke_ReportWithAMistake_NamesItInOneSentence(string mistake, params string[] args)
    {
        using var folder = new TemporaryFolder();

        (_, string error) = Run(1, args[^1] == "--images" ? [.. args, ShapeFolder.Paint(folder.Path)] : args);

        Assert.Contains(mistake, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static IEnumerable<string> Sections(XDocument page) => page.Descendants("section").Select(section => section.Attribute("id")!.Value);
}
