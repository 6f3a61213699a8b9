
namespace ResNeXt.Tool.Tests;

public sealed partial class CommandLineTests
{
    [Theory]
    [InlineData("train", "--output")]
    [InlineData("compare", "--output")]
    [InlineData("compare", "--output", "--candidates", "linear")]
    public void Invoke_WithOneImageOfEachClassAndAPartToSetAside_RefusesTheEmptyPart(params string[] command)
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path);
        foreach (string file in Directory.GetFiles(images, "*.png", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "0.png"))
            File.Delete(file);

        (string output, string error) = Run(1, [command[0], "--images", images, "--validation-fraction", "0.2", command[1], folder.Path + "/m.zip", .. command.Skip(2)]);

        Assert.Equal("", output);
        Assert.StartsWith("--validation-fraction is 0.2, but there is only one image of each of the 2 classes", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "--images", "{images}", "--validation", "{empty}", "--output", "{model}")]
    [InlineData("train", "--images", "{empty}", "--output", "{model}")]
    [InlineData("train", "--cifar", "{file}", "--output", "{model}")]
    [InlineData("train", "--images", "{images}", "--cifar-validation", "{file}", "--output", "{model}")]
    [InlineData("compare", "--images", "{images}", "--validation", "{empty}")]
    [InlineData("compare", "--images", "{empty}")]
    [InlineData("compare", "--cifar", "{file}")]
    [InlineData("find-rate", "--images", "{empty}", "--curve", "{model}")]
    [InlineData("evaluate", "--model", "{model}", "--images", "{empty}")]
    [InlineData("evaluate", "--model", "{model}", "--cifar", "{file}")]
    [InlineData("export", "--arch", "resnet20_cifar", "--int8", "--calibration", "{empty}", "--onnx", "{model}")]
    [InlineData("export", "--arch", "resnet20_cifar", "--int8", "--calibration", "{file}", "--onnx", "{model}")]
    public void Invoke_OnAnEmptySet_NamesIt(params string[] command)
    {
        using var folder = new TemporaryFolder();
        string empty = Directory.CreateDirectory(folder.Path + "/empty").FullName, file = folder.Path + "/empty.bin";
        File.WriteAllBytes(file, []);
        Dictionary<string, string> paths = new()
        {
            ["{images}"] = ShapeFolder.Paint(folder.Path), ["{empty}"] = empty, ["{file}"] = file, ["{model}"] = folder.Path + "/m.zip",
        };

        (string output, string error) = Run(1, [.. command.Select(part => paths.GetValueOrDefault(part, part))]);

        Assert.Equal("", output);
        Assert.Contains(command.Contains("{file}") ? $"'{file}' is empty" : $"'{empty}' has no folders in it", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Invoke_TrainWithThreads_TrainsAModelThatIsNotQuantizedOnAnEmptySet()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip";
        string[] train = ["train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", model];

        Run(0, [.. train, "--threads", "1"]);

        string empty = Directory.CreateDirectory(folder.Path + "/empty").FullName;
        Assert.Contains($"'{empty}' has no folders in it", Run(1, "quantize", "--model", model, "--images", empty, "--output", folder.Path + "/int8.zip").Error);
        Assert.Contains("--threads is 0", Run(1, [.. train, "--threads", "0"]).Error);
    }
}
