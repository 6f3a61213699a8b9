using System.Globalization;
using System.Text.Json;
using ResNeXt.Tool.Output;
using Xunit.Abstractions;

namespace ResNeXt.Tool.Tests.Training;

/// <summary>Trains in two processes with a link of 1 Gbit/s between them, and says how fast.</summary>
public sealed class SlowLinkTests(ITestOutputHelper output)
{
    private const int Images = 256, Turns = 3;

    // ResNet-18 has 45 MB of gradients: a dozen buckets, or one that travels after the backward pass. At 128 pixels, the backward pass takes about as
    // long as they do.
    private static readonly string[] Overlapping = [], AfterBackward = ["--gradient-bucket", "2047"];

    [SlowLinkFact]
    [Trait("Category", "Slow")]
    public void Train_OverASlowLink_GivesTheSameWeightsWithAndWithoutOverlap()
    {
        using var folder = new TemporaryFolder();
        string images = Noise(folder.File("images.bin"));
        using var link = new SlowLink(megabitsPerSecond: 1000);
        foreach (string[] precision in new string[][] { [], ["--bfloat16-gradients"] })
        {
            List<double> overlapping = [], afterBackward = [];
            for (int turn = 0; turn < Turns; turn++)
            {
                (byte[] withOverlap, double rate) = Train(link, folder, images, [.. precision, .. Overlapping]);
                overlapping.Add(rate);
                (byte[] without, rate) = Train(link, folder, images, [.. precision, .. AfterBackward]);
                afterBackward.Add(rate);
                Assert.Equal(withOverlap, without);
            }
            output.WriteLine($"{(precision.Length == 0 ? "float32" : "bfloat16")}: {Rates(overlapping)} images/s with overlap, {Rates(afterBackward)} without");
        }
    }

    private static (byte[] Weights, double ImagesPerSecond) Train(SlowLink link, TemporaryFolder folder, string images, string[] options)
    {
        string model = folder.File("model.zip"), metrics = folder.File("metrics.json"), weights = folder.File("weights.safetensors");
        (int exitCode, _, string error) = Mpirun.End(link.Start(
            ["train", "--cifar", images, "--arch", "resnet18", "--image-size", "128", "--epochs", "3", "--batch-size", "64", "--threads", "1", "--output", model, "--metrics", metrics, .. options]));
        Assert.True(exitCode == ExitCode.Done, error);
        Assert.Equal(ExitCode.Done, CommandLine.Invoke(["export", "--model", model, "--safetensors", weights]));
        using var json = JsonDocument.Parse(File.ReadAllText(metrics));
        return (File.ReadAllBytes(weights), json.RootElement.GetProperty("epochs")[2].GetProperty("imagesPerSecond").GetDouble());
    }

    private static string Noise(string path)
    {
        var random = new Random(1);
        var bytes = new byte[Images * (1 + 3 * 32 * 32)];
        random.NextBytes(bytes);
        for (int image = 0; image < Images; image++)
            bytes[image * (bytes.Length / Images)] = (byte)(image % 10);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Rates(List<double> rates) =>
        string.Join(", ", rates.Order().Select(rate => rate.ToString("F0", CultureInfo.InvariantCulture)));
}
