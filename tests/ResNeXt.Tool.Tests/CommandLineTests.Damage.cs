
namespace ResNeXt.Tool.Tests;

public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_WithADamagedModelOrWeights_SaysSoInOneLineAndExitsWithOne()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", weights = folder.Path + "/m.safetensors", onnx = folder.Path + "/m.onnx";
        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", model);
        Run(0, "export", "--model", model, "--safetensors", weights, "--onnx", onnx);
        foreach (string file in new[] { model, weights })
            Damage(file, file + ".damaged", bytes => bytes[bytes.Length / 2] ^= 1);
        Damage(onnx, onnx + ".damaged", bytes => bytes[^3] = 0xFF);

        AssertRefusesModel(model + ".damaged", images, folder.Path);
        foreach (string file in new[] { weights, onnx })
        {
            AssertOneLine(file, Run(1, "export", "--arch", "resnet20_cifar", "--weights", file + ".damaged", "--onnx", folder.Path + "/x.onnx").Error);
            AssertOneLine(file, Run(1, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--weights", file + ".damaged",
                "--output", folder.Path + "/x.zip").Error);
        }
    }

    [SharedDataTheory]
    [InlineData("crc-wrong-nan-scores.zip")]
    [InlineData("load-argnull-classname.zip")]
    [InlineData("load-argrange-noclasses.zip")]
    [InlineData("load-argrange-size.zip")]
    [InlineData("load-endofstream.zip")]
    [InlineData("load-nullref-input.zip")]
    [InlineData("load-stacktrace-in-message.zip")]
    [InlineData("mlload-2GB-resize.zip")]
    [InlineData("predict-onnxruntimeexception.zip")]
    public void Invoke_WithAReportedModel_SaysSoInOneLineAndExitsWithOne(string name)
    {
        using var folder = new TemporaryFolder();

        AssertRefusesModel(SharedData.Path("data", "reported", "models", name), ShapeFolder.Paint(folder.Path), folder.Path);
    }

    private static void AssertRefusesModel(string model, string images, string folder)
    {
        AssertOneLine(model, Run(1, "predict", "--model", model, images + "/star/0.png").Error);
        AssertOneLine(model, Run(1, "export", "--model", model, "--onnx", folder + "/x.onnx").Error);
        AssertOneLine(model, Run(1, "quantize", "--model", model, "--images", images, "--output", folder + "/x.zip").Error);
        string evaluated = Run(1, "evaluate", "--model", model, "--images", images).Error;
        Assert.Single(evaluated.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", evaluated);
    }

    private static void AssertOneLine(string file, string error)
    {
        Assert.Contains(file, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", error);
    }

    private static void Damage(string from, string to, Action<byte[]> damage)
    {
        byte[] content = File.ReadAllBytes(from);
        damage(content);
        File.WriteAllBytes(to, content);
    }
}
