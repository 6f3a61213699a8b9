using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using ResNeXt.Core;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Tool.Comparison;
using SkiaSharp;

namespace ResNeXt.Tool.Tests;

/// <summary>The commands as somebody at a command line uses them.</summary>
public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_TrainThenEvaluate_RepeatsTheFiguresToTheLastDigit()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", trained = folder.Path + "/train.json", evaluated = folder.Path + "/evaluate.json";

        Run(0, "train", "--images", images, "--validation", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "2",
            "--output", model, "--metrics", trained, "--checkpoint", folder.Path + "/state");
        Run(0, "evaluate", "--model", model, "--images", images, "--metrics", evaluated);

        using JsonDocument first = Read(trained), second = Read(evaluated);
        foreach (string figure in new[] { "images", "accuracy", "macroAccuracy", "logLoss", "top5Accuracy" })
            Assert.Equal(first.RootElement.GetProperty(figure).GetDouble(), second.RootElement.GetProperty(figure).GetDouble());
        Assert.Equal(["circle", "star"], first.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal([1, 2], first.RootElement.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("epoch").GetInt32()));
        Run(0, "train", "--images", images, "--validation", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "2",
            "--output", model, "--checkpoint", folder.Path + "/state", "--resume");
    }

    [Fact]
    public void Invoke_PredictWithOneBrokenImage_ScoresTheOthersAndExitsWithTwo()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", broken = folder.Path + "/broken.png";
        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", model);
        File.WriteAllText(broken, "no image");

        (string output, string error) = Run(2, "predict", "--model", model, "--json", "--top", "2", images + "/star/0.png", broken, images + "/circle/1.png");

        JsonElement[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(3, lines.Length);
        Assert.Equal("", error);
        Assert.Contains(broken, lines[1].GetProperty("error").GetString());
        Assert.False(lines[0].TryGetProperty("error", out _));
        Assert.Equal(lines[2].GetProperty("label").GetString(), lines[2].GetProperty("top")[0].GetProperty("label").GetString());
        Assert.Equal(1, lines[2].GetProperty("top").EnumerateArray().Sum(item => item.GetProperty("score").GetDouble()), 1e-5);
    }

    [Theory]
    [InlineData("linear,resnet20_cifar", 2)]
    [InlineData("linear", 1)]
    [InlineData("kernel", 1)]
    public void Invoke_CompareThenEvaluate_RepeatsTheFiguresOfTheBest(string candidates, int count)
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", compared = folder.Path + "/compare.json", evaluated = folder.Path + "/evaluate.json";

        (string table, _) = Run(0, "compare", "--images", images, "--validation", images, "--candidates", candidates, "--image-size", "16", "--epochs", "1",
            "--output", model, "--metrics", compared);
        Run(0, "evaluate", "--model", model, "--images", images, "--metrics", evaluated);

        using JsonDocument first = Read(compared), second = Read(evaluated);
        JsonElement[] runs = [.. first.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal(candidates.Split(','), runs.Select(run => run.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(count, runs.Count(run => !run.TryGetProperty("error", out _) && run.GetProperty("seconds").GetDouble() > 0));
        Assert.Equal(runs[0].GetProperty("name").GetString(), first.RootElement.GetProperty("best").GetString());
        Assert.All(runs, run => Assert.Contains($" {run.GetProperty("name")} ", table));
        foreach (string figure in new[] { "accuracy", "macroAccuracy", "logLoss" })
            Assert.Equal(runs[0].GetProperty(figure).GetDouble(), second.RootElement.GetProperty(figure).GetDouble());
        Assert.Equal(["circle", "star"], second.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void Invoke_CompareWithoutAValidationSet_RanksByAPartOfTheImagesAndListsWhatFails()
    {
        using var folder = new TemporaryFolder();
        string metrics = folder.Path + "/m.json";

        // A network that takes images of 32 pixels or more.
        (string output, _) = Run(0, "compare", "--images", ShapeFolder.Paint(folder.Path), "--candidates", "resnet18,kernel", "--image-size", "16", "--metrics", metrics);

        Assert.Contains("10 images to learn from, 2 to rank by", output);
        using JsonDocument json = Read(metrics);
        Assert.Equal("kernel", json.RootElement.GetProperty("best").GetString());
        Assert.Contains("at least 32", json.RootElement.GetProperty("runs")[1].GetProperty("error").GetString());
    }

    [Fact]
    public void Parse_OfTheDefaultCandidates_HasALinearOneAndThreeNetworks()
    {
        Assert.Contains("linear", CompareCandidates.Default.Split(','));
        Assert.Equal(3, CompareCandidates.Parse(CompareCandidates.Default).Architectures.Count);
    }

    [Fact]
    public void Invoke_ExportOfAModel_GivesFilesThatTrainingStartsFrom()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", onnx = folder.Path + "/m.onnx", safetensors = folder.Path + "/m.safetensors";
        string[] train = ["train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", folder.Path + "/again.zip"];
        Run(0, [.. train[..^1], model]);
        Run(0, "export", "--model", model, "--onnx", onnx, "--safetensors", safetensors);

        foreach (string weights in new[] { onnx, safetensors, model })
            Run(0, [.. train, "--weights", weights]);
    }

    [Fact]
    public void Invoke_FindRate_DrawsTheCurveOfTheProposal()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), picture = folder.Path + "/curve.svg", figures = folder.Path + "/curve.json";

        (string output, _) = Run(0, "find-rate", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--batch-size", "12",
            "--curve", picture, "--metrics", figures);

        using JsonDocument json = Read(figures);
        double rate = json.RootElement.GetProperty("proposedRate").GetDouble();
        string proposed = rate.ToString("G2", CultureInfo.InvariantCulture);
        Assert.InRange(rate, 1e-5, 1);
        Assert.InRange(json.RootElement.GetProperty("points").GetArrayLength(), 20, 100);
        Assert.Contains($"learning rate is {proposed},", output);
        XElement svg = XDocument.Load(picture).Root!;
        Assert.Contains(svg.Descendants(), element => element.Value == $"proposed: {proposed}");
        Assert.Contains(svg.Descendants(), element => element.Name.LocalName == "polyline");
    }

    [Fact]
    public void Invoke_TrainWithAContactSheet_ShowsEightImagesInSevenEpochs()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), sheet = folder.Path + "/sheet.png";

        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "48", "--train-crop-size", "32", "--epochs", "1",
            "--output", folder.Path + "/m.zip", "--contact-sheet", sheet);

        using SKBitmap bitmap = SKBitmap.Decode(sheet);
        // A line of captions on top, and one above each row.
        Assert.Equal((8 * (2 * 48 + 2) + 2, 18 + 8 * (18 + 2 * 48 + 2) + 2), (bitmap.Width, bitmap.Height));
    }

    [Fact]
    public void Invoke_TrainFromANetworkWithoutAName_NamesItAsItsFileDoes()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), weights = folder.Path + "/mine.onnx", report = folder.Path + "/report.html";
        Architecture mine = Architectures.Get("resnet20_cifar") with { Name = "mine", StemWidth = 8 };
        using (var network = new ResidualNetwork(mine, 2, seed: 1))
        {
            OnnxFile.Write(weights, new ClassifierModel
            {
                Architecture = mine, Weights = network.GetWeights(), ClassNames = ["a", "b"], Shape = new(3, 16, 16), Normalization = null,
            }, network);
        }

        string words = Run(0, "train", "--images", images, "--weights", weights, "--image-size", "16", "--epochs", "1", "--output", folder.Path + "/m.zip",
            "--report", report).Output;

        Assert.Contains("Training mine on 12 images", words, StringComparison.Ordinal);
        Assert.DoesNotContain("resnext50_32x4d", File.ReadAllText(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alexnet", "info", "--arch", "alexnet")]
    [InlineData("--layers", "info", "--layers")]
    [InlineData("no-such-folder", "train", "--images", "no-such-folder", "--output", "x.zip")]
    [InlineData("no-such-folder", "export", "--arch", "resnet18", "--onnx", "no-such-folder/x.onnx")]
    [InlineData("--curve", "find-rate", "--images", ".")]
    [InlineData("no-such-folder", "find-rate", "--images", ".", "--curve", "no-such-folder/x.svg")]
    [InlineData("no-such-folder", "train", "--images", ".", "--output", "x.zip", "--contact-sheet", "no-such-folder/x.png")]
    [InlineData("--frobnicate", "train", "--frobnicate")]
    [InlineData("--output", "train", "--images", ".")]
    [InlineData("no-such.zip", "predict", "--model", "no-such.zip", "x.png")]
    [InlineData("--onnx", "export", "--arch", "resnet18")]
    [InlineData("alexnet", "compare", "--images", ".", "--candidates", "linear,alexnet")]
    [InlineData("each once", "compare", "--images", ".", "--candidates", "linear,linear")]
    [InlineData("did you mean linear?", "compare", "--images", ".", "--candidates", "liner")]
    [InlineData("did you mean resnet50?", "train", "--images", ".", "--output", "x.zip", "--arch", "resnet5")]
    [InlineData("did you mean standard?", "train", "--images", ".", "--output", "x.zip", "--recipe", "standart")]
    [InlineData("did you mean --top?", "predict", "--model", "x.zip", "--tpo", "3", "x.png")]
    [InlineData("did you mean train?", "tarin", "--images", ".")]
    [InlineData("'' belongs to no option", "train", "", "--images", ".", "--output", "x.zip")]
    [InlineData("--learning-rate is '0,01'", "train", "--images", ".", "--output", "x.zip", "--learning-rate", "0,01")]
    [InlineData("--mean is '0,485,0,456,0,406'", "evaluate", "--arch", "resnet18", "--weights", "x", "--images", "IMAGES", "--mean", "0,485,0,456,0,406", "--std", "1,1,1")]
    [InlineData("--image-size and --mean and --std have no effect here: the model of --model has its own",
        "evaluate", "--model", "x.zip", "--images", "IMAGES", "--image-size", "16", "--mean", "0,0,0", "--std", "1,1,1")]
    [InlineData("--classes and --weights have no effect here", "export", "--model", "x.zip", "--classes", "3", "--weights", "w.pth", "--onnx", "x.onnx")]
    [InlineData("--max-accuracy-loss has no effect here: --int8 is not given", "export", "--arch", "resnet20_cifar", "--max-accuracy-loss", "0.1", "--onnx", "x.onnx")]
    [InlineData("--epochs is -5; it must be at least 1", "compare", "--images", ".", "--epochs", "-5")]
    [InlineData("--image-size is 2147483647; it must be between 1 and 8192", "compare", "--images", ".", "--candidates", "linear", "--image-size", "2147483647")]
    [InlineData("--threads is -1; it must be at least 1", "compare", "--images", ".", "--candidates", "linear", "--threads", "-1")]
    [InlineData("--time is 0; it must be between 1 and", "compare", "--images", "IMAGES", "--candidates", "resnet20_cifar", "--time", "0")]
    [InlineData("--epochs is 0; it must be at least 1. --batch-size is 1; it must be between 2 and 4096. --learning-rate is 11;",
        "train", "--images", "IMAGES", "--output", "x.zip", "--epochs", "0", "--batch-size", "1", "--learning-rate", "11")]
    [InlineData("--train-crop-size is 17; for images of 16 x 16 pixels it must be between 8 and 16",
        "train", "--images", "IMAGES", "--output", "x.zip", "--arch", "resnet20_cifar", "--image-size", "16", "--train-crop-size", "17")]
    [InlineData("--output and --metrics are both 'x.zip'; name two files", "train", "--images", "IMAGES", "--output", "x.zip", "--metrics", "x.zip")]
    [InlineData("--model and --metrics are both 'x.zip'; name two files", "evaluate", "--model", "x.zip", "--images", "IMAGES", "--metrics", "x.zip")]
    [InlineData("--onnx and --safetensors are both", "export", "--arch", "resnet20_cifar", "--onnx", "./x.onnx", "--safetensors", "x.onnx")]
    [InlineData("--resume is set without a --checkpoint", "train", "--images", "IMAGES", "--output", "x.zip", "--resume")]
    [InlineData("no --weights; name pretrained weights or a file with weights, or use --recipe standard", "train", "--images", "IMAGES", "--output", "x.zip", "--weights", "none", "--recipe", "fine-tune")]
    [InlineData("There are no pretrained weights for resnet20_cifar", "train", "--images", "IMAGES", "--output", "x.zip", "--arch", "resnet20_cifar", "--weights", "pretrained")]
    [InlineData("'torchvision:resnet18.V3' are unknown", "train", "--images", "IMAGES", "--output", "x.zip", "--weights", "torchvision:resnet18.V3")]
    [InlineData("--validation-fraction is 1.5", "train", "--images", "IMAGES", "--output", "x.zip", "--validation-fraction", "1.5")]
    [InlineData("at most 2.15 GB", "export", "--arch", "resnet18", "--classes", "1100000", "--onnx", "x.onnx")]
    public void Invoke_WithAMistake_SaysSoInOneLineAndExitsWithOne(string mention, params string[] args)
    {
        using var folder = new TemporaryFolder();
        using var culture = new CommaCulture();
        string images = args.Contains("IMAGES") ? ShapeFolder.Paint(folder.Path) : "";
        (string output, string error) = Run(1, [.. args.Select(word => word == "IMAGES" ? images : word)]);

        Assert.Equal("", output);
        Assert.Contains(mention, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", error);
        Assert.DoesNotContain("System.", error);
        Assert.False(File.Exists("x.zip") || File.Exists("x.onnx"));
    }

    [Fact]
    public void Invoke_PredictOfAFileThatBeginsWithAnAt_ScoresIt()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip";
        Run(0, "train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1", "--output", model);
        string before = Environment.CurrentDirectory;
        File.Copy(images + "/star/0.png", folder.Path + "/@star.png");
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Assert.StartsWith("@star.png: ", Run(0, "predict", "--model", model, "@star.png").Output);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void Invoke_WithAWeightsFileAsModel_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Path + "/weights.pth";
        File.WriteAllText(file, "not a zip");

        Assert.Contains(file, Run(1, "predict", "--model", file, "x.png").Error);
        Assert.Contains(file, Run(1, "evaluate", "--model", file, "--images", ShapeFolder.Paint(folder.Path)).Error);
    }

    [Fact]
    public void Invoke_InfoAsJson_ListsEveryNetwork()
    {
        using JsonDocument json = JsonDocument.Parse(Run(0, "info", "--json").Output);

        Assert.Equal(20, json.RootElement.GetArrayLength());
        JsonElement resnet50 = json.RootElement.EnumerateArray().Single(row => row.GetProperty("architecture").GetString() == "resnet50");
        Assert.Equal(25_557_032, resnet50.GetProperty("parameters").GetInt64());
        Assert.Equal(4_089_184_256, resnet50.GetProperty("multiplyAdds").GetInt64());
    }

    [Fact]
    public void Invoke_InfoOfTheMachineAsJson_TellsWhatABugReportNeeds()
    {
        using JsonDocument json = JsonDocument.Parse(Run(0, "info", "--machine", "--json").Output);

        JsonElement machine = json.RootElement;
        Assert.Equal(Environment.ProcessorCount, machine.GetProperty("processor").GetProperty("logicalProcessors").GetInt32());
        Assert.NotEmpty(machine.GetProperty("versions").GetProperty("torchSharp").GetString()!);
        Assert.NotEmpty(machine.GetProperty("versions").GetProperty("onnxRuntime").GetString()!);
        Assert.True(machine.GetProperty("torch").GetProperty("threads").GetInt32() > 0);
        Assert.True(machine.GetProperty("selfCheck").GetProperty("checked").GetArrayLength() > 0);
        Assert.False(machine.TryGetProperty("problem", out _));
    }

    [Fact]
    public void Invoke_InfoOfTheMachine_PrintsALineForEach() =>
        Assert.All(["Processor ", "Caches found ", "Caches for oneDNN ", "libtorch ", "ONNX Runtime ", "Threads ", "Self-check "],
            name => Assert.Contains('\n' + name, '\n' + Run(0, "info", "--machine").Output));

    private static JsonDocument Read(string path) => JsonDocument.Parse(File.ReadAllText(path));

    // The commands write to the process's console; the tests of this class run one after the other, and no other class writes to it.
    private static (string Output, string Error) Run(int? exitCode, params string[] args)
    {
        TextWriter output = Console.Out, error = Console.Error;
        using var written = new StringWriter();
        using var said = new StringWriter();
        try
        {
            Console.SetOut(written);
            Console.SetError(said);
            int code = CommandLine.Invoke(args);
            Assert.True((exitCode ?? code) == code, $"exit code {code}: {said}");
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
        return (written.ToString(), said.ToString());
    }
}
