using System.CommandLine;
using Microsoft.ML;
using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.MLNet;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Parsing;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Export;

/// <summary>The options <c>--int8</c> and <c>--calibration</c> of <c>export</c>, and the export in int8.</summary>
internal sealed class Int8Options
{
    private readonly Option<bool> _int8 = new("--int8") { Description = "Write the network in int8; needs --calibration." };
    private readonly Option<string?> _calibration = new("--calibration") { Description = "Images to calibrate int8 on, of which at most 500 are drawn at random: a folder with one folder of images per class, or a file in CIFAR-10's binary layout.", HelpName = "DIR|FILE.bin" };
    private readonly QuantizationCommandOptions _options = new();

    public void AddTo(Command command)
    {
        command.Add(_int8);
        command.Add(_calibration);
        _options.AddTo(command);
    }

    /// <summary>Gets the images to calibrate on; null without <c>--int8</c>.</summary>
    /// <exception cref="ArgumentException">One option is given without the other, with --safetensors, or without --onnx.</exception>
    public ILabeledImages? Images(ParseResult parsed, string? onnx, string? safetensors)
    {
        if (!parsed.GetValue(_int8))
            UnusedOptions.Refuse(parsed, $"{_int8.Name} is not given", _options.All);
        return CalibrationSet(parsed, onnx, safetensors);
    }

    private ILabeledImages? CalibrationSet(ParseResult parsed, string? onnx, string? safetensors) =>
        (parsed.GetValue(_int8), parsed.GetValue(_calibration)) switch
        {
            (false, null) => null,
            (true, null) => throw new ArgumentException($"{_int8.Name} is given without images; give {_calibration.Name} DIR or {_calibration.Name} FILE.bin."),
            (false, _) => throw new ArgumentException($"{_calibration.Name} is given without {_int8.Name}; give both or neither."),
            _ when safetensors is not null => throw new ArgumentException("An int8 network has no float32 weights for --safetensors; export these without --int8."),
            _ when onnx is null => throw new ArgumentException($"{_int8.Name} is given without a file to write; give --onnx FILE."),
            (true, { } path) => CalibrationImages.Open(path),
        };

    /// <summary>Exports a saved model in int8.</summary>
    public void Export(ParseResult parsed, ResNeXtTransformer model, ILabeledImages images, int seed, string onnx, CancellationToken stop)
    {
        using ResNeXtTransformer quantized = SavedModels.Quantize(new MLContext(seed), model, images, _options.Read(parsed, seed) with { CancellationToken = stop });
        quantized.SaveOnnx(onnx);
        Console.WriteLine(quantized.Quantization);
    }

    /// <summary>Exports a network in int8. If it has no normalization, the calibration images are normalized like those of ImageNet.</summary>
    public void Export(ParseResult parsed, ClassifierModel model, ILabeledImages images, int seed, string onnx, CancellationToken stop)
    {
        QuantizationOptions options = _options.Read(parsed, seed) with { CancellationToken = stop };
        using ImageStore store = CalibrationImages.Read(images, model.Shape, model.ClassNames, options);
        QuantizedClassifier quantized = QuantizedClassifier
            .Quantize(model with { Normalization = model.Normalization ?? PixelNormalization.ImageNet }, store, options)
            .WithNormalization(model.Normalization);
        AtomicFile.Write(onnx, quantized.Write());
        Console.WriteLine(quantized.Report);
    }
}
