using System.Diagnostics;
using System.Text.Json;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Tests;

/// <summary>Faults around a command: names, folders and interruptions.</summary>
public sealed partial class CommandLineTests
{
    private static readonly string SavedModel = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", "classifier.zip");

    [Fact]
    public void Invoke_PredictWithNamesThatCannotBeOpened_ClassifiesTheOthers()
    {
        using var folder = new TemporaryFolder();
        string image = ShapeFolder.Paint(folder.Path) + "/star/0.png";

        (string output, _) = Run(2, "predict", "--model", SavedModel, "--json", image, "", " ", "bad\uFFFD.png", image);

        JsonElement[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(5, lines.Length);
        Assert.Equal([false, true, true, true, false], lines.Select(line => line.TryGetProperty("error", out _)));
        Assert.Equal("The name of the image is empty.", lines[1].GetProperty("error").GetString());
        Assert.Contains("not valid UTF-8", lines[3].GetProperty("error").GetString());
    }

    [Fact]
    public void Invoke_WithAFolderWhoseNameIsNotUtf8_SaysSo()
    {
        string error = Run(1, "evaluate", "--model", SavedModel, "--images", "bad\uFFFD").Error;

        Assert.Contains("'bad\uFFFD' does not exist", error);
        Assert.Contains("not valid UTF-8", error);
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("evaluate")]
    [InlineData("score")]
    [InlineData("export")]
    public void Invoke_WithADeviceAsModel_RefusesItWithoutReading(string command)
    {
        if (!File.Exists("/dev/zero"))
            return;
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), output = folder.File("scores.jsonl");
        string[] options = command switch
        {
            "predict" => [images],
            "evaluate" => ["--images", images],
            "score" => ["--images", images, "--output", output],
            _ => ["--onnx", output],
        };

        Assert.Contains("'/dev/zero' is a pipe or a device", Run(1, [command, "--model", "/dev/zero", .. options]).Error);
    }

    [Fact]
    public void Invoke_TrainIntoACheckpointFolderThatIsAFile_SaysSoBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path);

        string error = Run(1, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", folder.File("m.zip"),
            "--checkpoint", folder.ImpossibleFolder()).Error;

        Assert.Contains("folder", error);
        Assert.False(File.Exists(folder.File("m.zip")));
    }

    // As if it were deleted after the folder was listed.
    [Fact]
    public void Invoke_TrainOnAnImageThatIsGone_NamesItBeforeTraining()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path);
        File.CreateSymbolicLink(Path.Combine(images, "star", "gone.png"), "nothing.png");

        (string output, string error) = Run(1, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1",
            "--output", folder.File("m.zip"));

        Assert.Contains(folder.Path, error);
        Assert.DoesNotContain("Epoch", output);
        Assert.False(File.Exists(folder.File("m.zip")));
    }

    [Fact]
    public void Invoke_WithAnImageThatAnotherProgramHasLocked_NamesIt()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), image = Path.Combine(images, "star", "3.png"), scores = folder.File("s.csv");
        using var other = new FileStream(image, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        string inTraining = Run(1, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", folder.File("m.zip")).Error;
        (string predicted, string inPrediction) = Run(2, "predict", "--model", SavedModel, images);
        Run(2, "score", "--model", SavedModel, "--images", images, "--output", scores);

        Assert.Contains(image, inTraining, StringComparison.Ordinal);
        Assert.Contains("used by another process", inTraining, StringComparison.Ordinal);
        Assert.StartsWith(image + ": ", inPrediction, StringComparison.Ordinal);
        Assert.Contains("used by another process", inPrediction, StringComparison.Ordinal);
        Assert.Equal(11, predicted.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("used by another process", Assert.Single(File.ReadAllLines(scores), line => line.StartsWith("star/3.png", StringComparison.Ordinal)));
        Assert.False(File.Exists(folder.File("m.zip")));
    }

    // 3,500 of the 4,096 bytes that Linux allows, with what shells, CSV, JSON, HTML and ONNX treat in a special way.
    [Fact]
    public void Invoke_InFoldersWithLongAndOddNames_KeepsThem()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        const string Odd = "-d,\"a\"\t'i'\n#%41&;$HOME 日本😀 ";
        string[] deep = [.. Enumerable.Repeat(new string('x', 200), 16)];
        string root = Path.GetDirectoryName(folder.File([.. deep, Odd, "here"]))!;
        string images = ShapeFolder.Paint(root), model = Path.Combine(root, Odd + ".zip"), scores = Path.Combine(root, "s.jsonl"), metrics = Path.Combine(root, "m.json");
        Directory.Move(Path.Combine(images, "star"), Path.Combine(images, Odd));

        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", model,
            "--checkpoint", Path.Combine(root, " state "), "--report", Path.Combine(root, Odd + ".html"), "--metrics", metrics);
        Run(0, "evaluate", "--model", model, "--images", images);
        Run(0, "score", "--model", model, "--images", images, "--output", scores);

        using JsonDocument trained = JsonDocument.Parse(File.ReadAllText(metrics));
        Assert.Equal([Odd, "circle"], trained.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(6, File.ReadLines(scores).Count(line => JsonDocument.Parse(line).RootElement.GetProperty("path").GetString()!.StartsWith(Odd + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Invoke_WithAPathThatIsTooLong_SaysSo()
    {
        if (OperatingSystem.IsWindows())
            return;
        string folder = string.Concat(Enumerable.Repeat("/" + new string('x', 200), 25));

        Assert.Contains("does not exist", Run(1, "evaluate", "--model", SavedModel, "--images", folder).Error, StringComparison.Ordinal);
        Assert.Contains("does not exist", Run(1, "export", "--model", SavedModel, "--onnx", folder + "/m.onnx").Error, StringComparison.Ordinal);
    }

    // An unknown one, and the two that are farthest from UTC.
    [Theory]
    [InlineData("Foo/Bar")]
    [InlineData("UTC-14")]
    [InlineData("UTC+12")]
    public async Task Predict_InAnotherTimeZone_PrintsTheSame(string zone)
    {
        using var folder = new TemporaryFolder();
        string image = ShapeFolder.Paint(folder.Path) + "/star/0.png";
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(CommandLine).Assembly.Location, "predict", "--model", SavedModel, "--json", image])
        {
            RedirectStandardOutput = true, Environment = { ["TZ"] = zone },
        };
        using Process process = Process.Start(start)!;

        string output = await process.StandardOutput.ReadToEndAsync();

        Assert.Equal(Run(0, "predict", "--model", SavedModel, "--json", image).Output, output);
    }

    // Of the three numbers the system gives out the next files, which must not get the text.
    [Theory]
    [InlineData(">&-")]
    [InlineData(">&- 2>&- <&-")]
    public async Task Export_WithoutAConsole_WritesTheSameFile(string redirection)
    {
        if (!File.Exists("/bin/bash"))
            return;
        using var folder = new TemporaryFolder();
        string expected = folder.File("expected.onnx"), written = folder.File("written.onnx");
        Run(0, "export", "--model", SavedModel, "--onnx", expected);
        using Process process = Process.Start("/bin/bash",
            ["-c", $"dotnet exec '{typeof(CommandLine).Assembly.Location}' export --model '{SavedModel}' --onnx '{written}' {redirection}"]);

        await process.WaitForExitAsync();

        Assert.Contains(process.ExitCode, new[] { 0, 2 });
        Assert.Equal(await File.ReadAllBytesAsync(expected), await File.ReadAllBytesAsync(written));
        Assert.Equal(2, folder.AllFiles().Length);
    }

    [Fact]
    public void Rows_OfInterruptibleImages_EndWithTheCancellation()
    {
        using var folder = new TemporaryFolder();
        using var interruption = new CancellationTokenSource();
        var images = new InterruptibleImages(FolderImages.Open(ShapeFolder.Paint(folder.Path)), interruption.Token);
        using IEnumerator<LabeledImage> rows = images.Rows().GetEnumerator();

        Assert.True(rows.MoveNext());
        interruption.Cancel();

        Assert.Throws<OperationCanceledException>(() => rows.MoveNext());
    }
}
