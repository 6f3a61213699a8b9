using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace ResNeXt.Tool.Tests;

/// <summary>The commands that make int8 of a network.</summary>
public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_Quantize_WritesAModelForTheOtherCommands()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", int8 = folder.Path + "/int8.zip", metrics = folder.Path + "/int8.json", onnx = folder.Path + "/int8.onnx";
        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", model);

        string words = Run(0, "quantize", "--model", model, "--images", images, "--output", int8, "--metrics", metrics, "--max-accuracy-loss", "1").Output;

        using JsonDocument json = Read(metrics);
        Assert.Equal(12, json.RootElement.GetProperty("images").GetInt32() + json.RootElement.GetProperty("calibrationImages").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("sizeRatio").GetDouble(), 0.25, 0.3);
        Assert.Contains("in int8", words, StringComparison.Ordinal);
        Assert.Contains(int8, words, StringComparison.Ordinal);
        Assert.Contains("12 images", Run(0, "evaluate", "--model", int8, "--images", images).Output, StringComparison.Ordinal);
        Assert.Contains("star", Run(0, "predict", "--model", int8, "--top", "2", images + "/star/0.png").Output, StringComparison.Ordinal);
        Run(0, "export", "--model", int8, "--onnx", onnx);
        foreach (string[] needsWeights in new[]
        {
            new[] { "export", "--model", int8, "--onnx", folder.Path + "/none.onnx", "--safetensors", folder.Path + "/w.safetensors" },
            ["quantize", "--model", int8, "--images", images, "--output", model],
            ["export", "--arch", "resnet20_cifar", "--weights", onnx, "--onnx", folder.Path + "/again.onnx"],
            ["train", "--images", images, "--arch", "resnet20_cifar", "--weights", int8, "--output", model],
        })
            Assert.Contains("is quantized to int8", Run(1, needsWeights).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Path + "/none.onnx"));
    }

    [Fact]
    public void Invoke_ExportInInt8_WritesWhatTheFloat32ExportWrites()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), float32 = folder.Path + "/float32.onnx", int8 = folder.Path + "/int8.onnx";
        string[] network = ["export", "--arch", "resnet20_cifar", "--classes", "2", "--image-size", "16"];

        Run(0, [.. network, "--onnx", float32]);
        string words = Run(0, [.. network, "--onnx", int8, "--int8", "--calibration", images, "--max-accuracy-loss", "1"]).Output;

        Assert.Contains("Accuracy", words, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(int8).Length, 0.25 * new FileInfo(float32).Length, 0.27 * new FileInfo(float32).Length);
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, 4 * 3 * 16 * 16).Select(_ => random.NextSingle() * 4 - 2)];
        (float[] expected, float[] actual) = (Logits(float32, pixels), Logits(int8, pixels));
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 1e-6, 0.1 * (expected.Max() - expected.Min()));
    }

    [Theory]
    [InlineData("--calibration", "export", "--arch", "resnet20_cifar", "--int8", "--onnx", "x.onnx")]
    [InlineData("--int8", "export", "--arch", "resnet20_cifar", "--calibration", ".", "--onnx", "x.onnx")]
    [InlineData("--safetensors", "export", "--arch", "resnet20_cifar", "--int8", "--calibration", ".", "--safetensors", "x.safetensors")]
    [InlineData("no-such.bin", "export", "--arch", "resnet20_cifar", "--int8", "--calibration", "no-such.bin", "--onnx", "x.onnx")]
    [InlineData("no-such.zip", "quantize", "--model", "no-such.zip", "--images", "/", "--output", "x.zip")]
    [InlineData("--output", "quantize", "--model", "no-such.zip", "--images", "/")]
    public void Invoke_ForInt8WithAMistake_SaysSoInOneLine(string mention, params string[] args)
    {
        (string output, string error) = Run(1, args);

        Assert.Equal("", output);
        Assert.Contains(mention, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static float[] Logits(string onnx, float[] pixels)
    {
        using var session = new InferenceSession(onnx);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [4, 3, 16, 16]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["Features"] = input }, ["logits"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
