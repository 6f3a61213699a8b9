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
        Assert.DoesNotContain(folder.Path, html, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("validation", "star", "copy.png"), html, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(images, "*", SearchOption.AllDirectories));

        File.WriteAllText(images + "/star/broken.png", "no image");
        Assert.Contains("broken.png", Run(2, "check-labels", "--images", images, "--weights", "none", "--output", page).Error, StringComparison.Ordinal);
        Assert.Contains("images/star/broken.png", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Contains("two files", Run(1, "check-labels", "--images", images, "--output", page, "--csv", page).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_CheckLabelsWithMove_MovesSuspiciousImagesOnlyIfConfirmed()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), target = folder.Path + "/suspicious";
        // Stars labeled as circles are easy to tell from the other circles: they are copies of other stars.
        foreach (string name in new[] { "0", "1" })
            File.Copy($"{images}/star/{name}.png", $"{images}/circle/star{name}.png");
        string page = folder.Path + "/labels.html";
        string[] command = ["check-labels", "--images", images, "--weights", "none", "--output", page, "--json", "--move", target];
        string[] before = FilesBelow(images);

        (string output, string error) = Run(0, command);
        string[] suspicious = SuspiciousIn(output);

        Assert.NotEmpty(suspicious);
        Assert.Contains($"{suspicious.Length} images would be moved", error, StringComparison.Ordinal);
        Assert.Contains("--yes", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
        Assert.Equal(before, FilesBelow(images));

        // A file of the same name is not replaced.
        string taken = Path.Combine(target, Path.GetRelativePath(images, suspicious[0]));
        Directory.CreateDirectory(Path.GetDirectoryName(taken)!);
        File.WriteAllText(taken, "kept");
        Assert.Contains("1 are not", Run(2, [.. command, "--yes"]).Error, StringComparison.Ordinal);

        Assert.Equal("kept", File.ReadAllText(taken));
        Assert.Equal(before.Except(suspicious[1..]), FilesBelow(images));
        Assert.All(suspicious[1..], path => Assert.True(File.Exists(Path.Combine(target, Path.GetRelativePath(images, path)))));
        Assert.Contains("outside it", Run(1, [.. command[..^1], images + "/star"]).Error, StringComparison.Ordinal);
        Assert.Contains("--move DIR", Run(1, [.. command[..^2], "--yes"]).Error, StringComparison.Ordinal);
    }

    private static string[] FilesBelow(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string[] SuspiciousIn(string json)
    {
        using JsonDocument result = JsonDocument.Parse(json);
        return [.. result.RootElement.GetProperty("labels").EnumerateArray()
            .Where(label => label.GetProperty("isSuspicious").GetBoolean()).Select(label => label.GetProperty("imagePath").GetString()!)];
    }
}
