using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Tests.Quantization;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Robustness;

/// <summary>Small files of every format that the library reads, to be damaged.</summary>
internal static class SampleFiles
{
    private const string Onnx = "TransformerChain/Transform_000/Transform_002/OnnxModel";

    private static readonly Lazy<ClassifierModel> Classifier = new(() => SmallClassifiers.Create(SmallNetworks.ResNet));

    public static byte[] OnnxModel => OnnxExporter.Write(Classifier.Value);

    /// <summary>An ONNX model as it was written before models had a checksum, which is their last 52 bytes.</summary>
    public static byte[] WithoutSeal(byte[] onnx)
    {
        Assert.Contains("resnext.xxh128", Encoding.Latin1.GetString(onnx.AsSpan(^52..)), StringComparison.Ordinal);
        return onnx[..^52];
    }

    public static byte[] Int8Model
    {
        get
        {
            using var images = SmallClassifiers.Images(Classifier.Value.Shape, 8);
            return QuantizedClassifier.Quantize(Classifier.Value, images, new() { Method = CalibrationMethod.MinimumMaximum, MaximumAccuracyLoss = 1, MinimumAgreement = 0 }).Write();
        }
    }

    public static StateDict Weights => Classifier.Value.Weights;

    public static byte[] Safetensors
    {
        get
        {
            using var file = new TemporaryFile();
            SafetensorsFile.Write(file.Path, new StateDict(Weights.Tensors, ModelMetadata.Describe(Classifier.Value)));
            return File.ReadAllBytes(file.Path);
        }
    }

    public static TorchCheckpoint Torch => Weights.Tensors.Aggregate(new TorchCheckpoint(), (file, item) => file
        .Floats(item.Key, item.Value.Values.ToArray())
        .Tensor(item.Key, item.Key, 0, [.. item.Value.Shape.Select(size => (long)size)], Strides(item.Value.Shape)));

    public static TorchTar TorchTar => Weights.Tensors.Index().Aggregate(new TorchTar(), (file, item) => file
        .Floats(1000 + item.Index, item.Item.Value.Values.ToArray())
        .Tensor(item.Index, 1000 + item.Index, 0, [.. item.Item.Value.Shape.Select(size => (long)size)], Strides(item.Item.Value.Shape))
        .Parameter(item.Item.Key, item.Index));

    /// <summary>A saved model as ML.NET's zip has it, with an entry of another transformer.</summary>
    public static byte[] Zip(byte[] onnx, CompressionLevel level = CompressionLevel.Fastest, string entry = Onnx)
    {
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (Stream version = zip.CreateEntry("TrainingInfo/Version.txt", level).Open())
                version.Write("5.0.1"u8);
            using Stream stream = zip.CreateEntry(entry, level).Open();
            stream.Write(BitConverter.GetBytes(onnx.Length));
            stream.Write(onnx);
        }
        return content.ToArray();
    }

    /// <summary>A safetensors file as it was written before files had a checksum.</summary>
    public static byte[] WithoutDigest(byte[] safetensors)
    {
        int length = (int)BitConverter.ToInt64(safetensors);
        var header = JsonNode.Parse(safetensors.AsSpan(8, length))!.AsObject();
        Assert.True(header["__metadata__"]!.AsObject().Remove("resnext.xxh128"));
        return SafetensorsBytes.Of(header.ToJsonString(), safetensors[(8 + length)..]);
    }

    /// <summary>A text of a file exchanged for another of the same length.</summary>
    public static byte[] Exchange(byte[] file, string from, string to)
    {
        int at = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(from));
        Assert.True(at >= 0 && from.Length == to.Length, from);
        byte[] changed = [.. file];
        Encoding.UTF8.GetBytes(to).CopyTo(changed, at);
        return changed;
    }

    private static long[] Strides(IReadOnlyList<int> shape) =>
        [.. shape.Select((_, axis) => shape.Skip(axis + 1).Aggregate(1L, (product, size) => product * size))];
}
