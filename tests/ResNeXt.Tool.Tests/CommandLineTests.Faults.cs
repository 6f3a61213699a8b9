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
