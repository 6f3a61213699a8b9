using System.Text.Json;
using SkiaSharp;

namespace ResNeXt.Tool.Tests;

public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_Explain_DrawsAPictureOrOneForEachImage()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", picture = folder.Path + "/star.png", several = folder.Path + "/all";
        string metrics = folder.Path + "/m.json", broken = folder.Path + "/broken.png";
        (string trained, _) = Run(0, "train", "--images", images, "--validation", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1",
            "--output", model, "--metrics", metrics, "--calibrate-probabilities");
        File.WriteAllText(broken, "no image");

        (string one, _) = Run(0, "explain", "--model", model, images + "/star/0.png", "--output", picture, "--class", "circle", "--minimum-probability", "1");
        (_, string error) = Run(2, "explain", "--model", model, images, broken, "--output", several);

        Assert.Contains("Expected calibration error", trained, StringComparison.Ordinal);
        using JsonDocument figures = Read(metrics);
        Assert.InRange(figures.RootElement.GetProperty("expectedCalibrationError").GetDouble(), 0, 1);
        Assert.InRange(figures.RootElement.GetProperty("brierScore").GetDouble(), 0, 2);
        Assert.Contains("don't know", one, StringComparison.Ordinal);
        Assert.Contains("explained: circle", one, StringComparison.Ordinal);
        using SKBitmap drawn = SKBitmap.Decode(picture);
        Assert.True(drawn.Width > 1000);
        Assert.Contains(broken, error, StringComparison.Ordinal);
        // Both classes have images called 0 to 5.
        Assert.Equal(12, Directory.GetFiles(several, "*.png").Length);
        Assert.Contains("zebra", Run(1, "explain", "--model", model, images, "--output", several, "--class", "zebra").Error, StringComparison.Ordinal);
        Assert.Contains("name a folder", Run(1, "explain", "--model", model, images, "--output", picture).Error, StringComparison.Ordinal);
        byte[] photograph = File.ReadAllBytes(images + "/star/0.png");
        foreach (string output in new[] { images + "/star", images + "/star/0.png", images + "/star/../star/" })
        {
            Assert.Contains("--output would replace the image", Run(1, "explain", "--model", model, images + "/star/0.png", "--output", output).Error,
                StringComparison.Ordinal);
        }
        Assert.Equal(photograph, File.ReadAllBytes(images + "/star/0.png"));
        (string unknown, _) = Run(0, "predict", "--model", model, "--json", "--minimum-probability", "1", images + "/star/0.png");
        Assert.False(JsonDocument.Parse(unknown).RootElement.TryGetProperty("label", out _));
        Assert.Contains("--maximum-distance", Run(1, "predict", "--model", model, "--maximum-distance", "0", images).Error, StringComparison.Ordinal);
        Assert.Contains("--minimum-probability", Run(1, "predict", "--model", model, "--minimum-probability", "2", images).Error, StringComparison.Ordinal);
    }
}
