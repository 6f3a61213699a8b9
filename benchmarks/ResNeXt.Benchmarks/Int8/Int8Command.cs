using System.Globalization;
using System.Text.Json;
using ResNeXt.Core;
using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;

namespace ResNeXt.Benchmarks.Int8;

/// <summary>Measures what int8 brings in ONNX Runtime: time and size of networks in both precisions, run by turns.</summary>
internal static class Int8Command
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private const int LeastRuns = 5, Classes = 1000, CifarClasses = 10, CalibrationImages = 8;

    private static readonly string[] Networks =
        ["resnet18", "resnet34", "resnet50", "resnext50_32x4d", "resnet20_cifar", "resnet56_cifar", "resnext29_8x64d_cifar"];

    private static readonly int[] BatchSizes = [1, 8];

    public static int Run(string[] options)
    {
        if (Int8Arguments.Parse(options, LeastRuns, Networks) is not { } arguments)
        {
            Console.Error.WriteLine($"The options '{string.Join(' ', options)}' are not understood; give --runs N with N of at least {LeastRuns}, "
                + "--networks A,B with names that the library knows, and --json FILE, or some of them, or nothing.");
            return 1;
        }
        var results = new List<Int8Measurement>();
        foreach (string name in arguments.Networks)
        {
            Console.Error.WriteLine($"Quantizing {name}");
            (byte[] float32, QuantizedClassifier int8) = Quantize(Architectures.Get(name));
            results.AddRange(BatchSizes.Select(batch => Int8Measurement.Take(name, float32, int8, batch, arguments.Runs)));
        }
        Int8Table.Write(Console.Out, results, arguments.Runs);
        if (arguments.Json is { } path)
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, results, Readable));
        return 0;
    }

    // Weights drawn by seed cost what trained ones cost, so nothing is searched for; what is on the images does not matter either.
    private static (byte[] Float32, QuantizedClassifier Int8) Quantize(Architecture architecture)
    {
        int classes = architecture.Stem == StemKind.Cifar ? CifarClasses : Classes;
        using var network = new ResidualNetwork(architecture, classes, seed: 1);
        var model = new ClassifierModel
        {
            Architecture = architecture,
            Weights = network.GetWeights(),
            ClassNames = [.. Enumerable.Range(0, classes).Select(index => index.ToString(CultureInfo.InvariantCulture))],
            Shape = new ImageShape(3, architecture.DefaultImageSize, architecture.DefaultImageSize),
            Normalization = PixelNormalization.ImageNet,
        };
        var random = new Random(1);
        using var images = new ImageStore(model.Shape, long.MaxValue);
        for (int image = 0; image < CalibrationImages; image++)
            images.Add([.. Enumerable.Range(0, model.Shape.Length).Select(_ => (float)random.Next(256))], -1);
        var options = new QuantizationOptions { Method = CalibrationMethod.MinimumMaximum, MaximumAccuracyLoss = 1, MinimumAgreement = 0 };
        return (OnnxExporter.Write(model), QuantizedClassifier.Quantize(model, images, options));
    }
}
