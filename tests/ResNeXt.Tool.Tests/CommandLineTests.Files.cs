using System.Text.Json;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;
using ResNeXt.Tool.Tests.Data;
using SkiaSharp;

namespace ResNeXt.Tool.Tests;

/// <summary>Folders of pictures and files of weights as people have them.</summary>
public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_PredictWithFolders_ScoresAllImagesBelowInOrder()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", empty = folder.Path + "/empty";
        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", model);
        Directory.CreateDirectory(empty);
        File.WriteAllText(images + "/star/1.tif", "");
        folder.Image(SKColors.Red, 8, 8, Path.Combine(images, "@eaDir"), "1.png");
        File.Copy(images + "/star/0.png", images + "/star/0.jfif");

        (string output, string error) = Run(2, "predict", "--model", model, "--json", images, empty, images + "/star/0.png");

        JsonElement[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        string[] paths = [.. lines.Select(line => line.GetProperty("path").GetString()!)];
        Assert.Equal(paths[..^2].Order(StringComparer.Ordinal), paths[..^2]);
        Assert.Contains(images + "/star/0.jfif", paths);
        Assert.DoesNotContain(paths, path => path.Contains("@eaDir", StringComparison.Ordinal));
        Assert.Equal([empty, images + "/star/0.png"], paths[^2..]);
        Assert.Contains("has no images in it", lines[^2].GetProperty("error").GetString());
        Assert.Equal(lines.Length - 1, lines.Count(line => line.TryGetProperty("label", out _)));
        Assert.Contains("1 picture is left out because its format is not read: 1 .tif", error);
    }

    [Fact]
    public void Invoke_WeightsWithoutALastLayer_TrainButDoNeitherEvaluateNorExport()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), whole = folder.Path + "/whole.safetensors", headless = folder.Path + "/headless.safetensors";
        Run(0, "export", "--arch", "resnet20_cifar", "--classes", "2", "--safetensors", whole);
        StateDict weights = WeightFile.Read(whole);
        SafetensorsFile.Write(headless, new StateDict(weights.Tensors.Where(tensor => !tensor.Key.StartsWith("fc.", StringComparison.Ordinal))
            .Select(tensor => KeyValuePair.Create("module.backbone." + tensor.Key, tensor.Value))));

        string evaluated = Run(1, "evaluate", "--arch", "resnet20_cifar", "--weights", headless, "--images", images).Error;
        string exported = Run(1, "export", "--arch", "resnet20_cifar", "--weights", headless, "--onnx", folder.Path + "/x.onnx").Error;
        string forOthers = Run(1, "export", "--arch", "resnet20_cifar", "--weights", whole, "--classes", "3", "--onnx", folder.Path + "/x.onnx").Error;
        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--weights", headless,
            "--output", folder.Path + "/m.zip");

        Assert.Contains("lack the last layer of resnet20_cifar (fc.weight, fc.bias)", evaluated);
        Assert.Contains("lack the last layer of resnet20_cifar (fc.weight, fc.bias)", exported);
        Assert.Contains("is for 2 classes, but 3 are asked for", forOthers);
    }
}
