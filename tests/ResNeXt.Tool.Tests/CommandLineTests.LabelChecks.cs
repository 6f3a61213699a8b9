using System.Text.Json;

namespace ResNeXt.Tool.Tests;

public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_CheckLabels_WritesAPageATableAndJson()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), page = folder.Path + "/labels.html", table = folder.Path + "/labels.csv";
        // A name that would be a tag if it was not encoded, and a copy in a validation folder.
        File.Move(images + "/star/0.png", images + "/star/<b>&.png");
        foreach (string name in new[] { "circle", "star" })
            Directory.CreateDirectory($"{folder.Path}/validation/{name}");
        File.Copy(images + "/star/1.png", folder.Path + "/validation/star/copy.png");
        File.Copy(images + "/circle/1.png", folder.Path + "/validation/circle/copy.png");
        string[] before = Directory.GetFiles(images, "*", SearchOption.AllDirectories);

        (string output, string error) = Run(0, "check-labels", "--images", images, "--validation", folder.Path + "/validation", "--weights", "none",
            "--output", page, "--csv", table, "--json");

        using JsonDocument result = JsonDocument.Parse(output);
        Assert.Equal(14, result.RootElement.GetProperty("imageCount").GetInt32());
        Assert.Equal(12, result.RootElement.GetProperty("labels").GetArrayLength());
        Assert.Equal(2, result.RootElement.GetProperty("nearDuplicates").EnumerateArray().Count(pair => pair.GetProperty("isLeak").GetBoolean()));
        Assert.Contains("colors and edges", error, StringComparison.Ordinal);
        Assert.Equal(13, File.ReadAllLines(table).Length);
        string html = File.ReadAllText(page);
        Assert.Contains("data:image/jpeg;base64,", html, StringComparison.Ordinal);
        Assert.Contains("a leak", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>&.png", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(images, "*", SearchOption.AllDirectories));

        File.WriteAllText(images + "/star/broken.png", "no image");
        Assert.Contains("broken.png", Run(2, "check-labels", "--images", images, "--weights", "none", "--output", page).Error, StringComparison.Ordinal);
        Assert.Contains("two files", Run(1, "check-labels", "--images", images, "--output", page, "--csv", page).Error, StringComparison.Ordinal);
    }
}
