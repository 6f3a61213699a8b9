using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;
using ResNeXt.Core.Weights.Matching;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Scoring;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Scoring;
using ResNeXt.Tool.Training;
using ResNeXt.Tool.Weights;

namespace ResNeXt.Tool.Export;

/// <summary>The command <c>export</c>, which writes a saved model, or a network with or without weights, as ONNX or safetensors.</summary>
internal static class ExportCommand
{
    private const int DefaultClasses = 1000, DefaultCifarClasses = 10;

    private static readonly Option<string?> Model = new("--model") { Description = "A saved model.", HelpName = "MODEL.zip" };
    private static readonly Option<string?> Arch = NamedChoice.Architecture("A network.");
    private static readonly WeightsCommandOptions Weights = new("The weights of the network: a file, pretrained, or a name such as torchvision:resnet50.IMAGENET1K_V2; default random.");
    private static readonly Option<int?> Classes = new("--classes") { Description = "Number of classes; default that of the weights, else 1000 (10 for *_cifar).", HelpName = "N" };
    private static readonly Option<int?> ImageSize = new("--image-size") { Description = "Side of the images in pixels; default what the file says, else 224 (32 for *_cifar).", HelpName = "N" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of random weights, and of the images for --calibration.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly MeanAndStd Pixels = new("default none: the input is what the network sees");
    private static readonly Option<string?> Onnx = new("--onnx") { Description = "The ONNX file to write.", HelpName = "FILE" };
    private static readonly Option<string?> Safetensors = new("--safetensors") { Description = "The safetensors file to write, with torchvision's tensor names.", HelpName = "FILE" };

    private static readonly Int8Options Int8 = new();

    public static Command Create()
    {
        var command = new Command("export", "Writes a network as ONNX or safetensors.") { Model, Arch, Classes, ImageSize, Seed, Onnx, Safetensors };
        Weights.AddTo(command);
        Pixels.AddTo(command);
        Int8.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? onnx = parsed.GetValue(Onnx), safetensors = parsed.GetValue(Safetensors);
        if (onnx is null && safetensors is null)
            throw new ArgumentException("Nothing to write is given; give --onnx FILE or --safetensors FILE.");
        foreach (string file in new[] { onnx, safetensors }.OfType<string>())
            OutputFile.Check(file);
        OutputFile.CheckDifferent(parsed, Onnx, Safetensors);
        using var interruption = new Interruption("Stopping, unless the files are being written already.");
        ILabeledImages? calibration = Int8.Images(parsed, onnx, safetensors);
        interruption.Run(() => Export(parsed, calibration, onnx, safetensors, interruption.Token), "Interrupted: nothing is written.");
        return ExitCode.Done;
    }

    private static int Export(ParseResult parsed, ILabeledImages? calibration, string? onnx, string? safetensors, CancellationToken stop)
    {
        switch (parsed.GetValue(Model), parsed.GetValue(Arch))
        {
            case ({ } model, null):
                UnusedOptions.Refuse(parsed, $"the model of {Model.Name} has its own", [Classes, ImageSize, .. Weights.All, .. Pixels.All]);
                ExportModel(model, parsed, calibration, onnx, safetensors, stop);
                break;
            case (null, { } name):
                ExportNetwork(Architectures.Get(name), parsed, calibration, onnx, safetensors, stop);
                break;
            default:
                throw new ArgumentException("Give either --model MODEL.zip or --arch NAME.");
        }
        string[] files = [.. new[] { onnx, safetensors }.OfType<string>()];
        foreach (string file in files)
            Console.WriteLine($"Wrote {Path.GetFullPath(file)} ({new FileInfo(file).Length / 1e6:F1} MB).");
        return files.Length;
    }

    private static void ExportModel(string modelZip, ParseResult parsed, ILabeledImages? calibration, string? onnx, string? safetensors, CancellationToken stop)
    {
        using ResNeXtTransformer model = ResNeXtTransformer.Load(new MLContext(), modelZip);
        // An int8 model has none, which is said before anything is written.
        StateDict? weights = safetensors is null ? null : model.GetWeights();
        stop.ThrowIfCancellationRequested();
        if (calibration is not null)
            Int8.Export(parsed, model, calibration, parsed.GetValue(Seed), onnx!, stop);
        else if (onnx is not null)
            model.SaveOnnx(onnx);
        if (weights is not null)
            SafetensorsFile.Write(safetensors!, weights);
    }

    private static void ExportNetwork(
        Architecture architecture, ParseResult parsed, ILabeledImages? calibration, string? onnx, string? safetensors, CancellationToken stop)
    {
        LoadedWeights? file = Weights.Given(parsed) is { } given
            ? LoadedWeights.Read(given, architecture.Name, Weights.Pretrained(parsed), needsClasses: true, stop)
            : null;
        architecture = file?.ArchitectureFor(architecture.Name) ?? architecture;
        int classes = parsed.GetValue(Classes)
            ?? (file is null ? null : StateDictMatcher.ClassesOf(architecture, file.Weights, file.Path))
            ?? (architecture.Stem == StemKind.Cifar ? DefaultCifarClasses : DefaultClasses);
        if (onnx is not null)
            OnnxExporter.CheckSize(architecture, classes);
        int? size = parsed.GetValue(ImageSize);
        ImageShape shape = size is null && file is not null ? file.ShapeFor(architecture) : architecture.SquareImages(size);
        architecture.Check(shape);
        using var network = new ResidualNetwork(architecture, classes, parsed.GetValue(Seed));
        SelfCheckWarnings.Print();
        if (file is not null)
            Load(network, file.Weights, file.Path);
        var model = new ClassifierModel
        {
            Architecture = architecture,
            Weights = network.GetWeights(),
            ClassNames = ClassNames(file?.ClassNames(architecture), classes),
            Shape = shape,
            Normalization = Pixels.Read(parsed),
            TestTimeFlip = file?.TestTimeFlip ?? false,
        };
        stop.ThrowIfCancellationRequested();
        if (calibration is not null)
            Int8.Export(parsed, model, calibration, parsed.GetValue(Seed), onnx!, stop);
        else if (onnx is not null)
            OnnxFile.Write(onnx, model, network);
        if (safetensors is not null)
            SafetensorsFile.Write(safetensors, new StateDict(model.Weights.Tensors, ModelMetadata.Describe(model)));
    }

    private static void Load(ResidualNetwork network, StateDict file, string path)
    {
        StateDictMatch match = StateDictMatcher.WithHead(network.Architecture, network.Classes, file, path);
        network.SetWeights(match.Weights);
        foreach (string note in match.Notes)
            Console.Error.WriteLine(note);
    }

    private static IReadOnlyList<string> ClassNames(IReadOnlyList<string>? names, int classes) =>
        names?.Count == classes
            ? names
            : [.. Enumerable.Range(0, classes).Select(index => index.ToString(CultureInfo.InvariantCulture))];
}
