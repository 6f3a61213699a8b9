using System.Collections.Immutable;
using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Import;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch;
using ResNeXt.Core.Weights.PyTorch.Tar;
using ResNeXt.Core.Weights.Safetensors;

namespace ResNeXt.Core.Weights;

/// <summary>A format of weights files: how to recognize it by content, and how to read it.</summary>
/// <param name="Name">The name of the format in messages.</param>
/// <param name="Recognizes">Gets whether a file has this format, even if it is damaged. It reads only a few bytes.</param>
/// <param name="Read">Reads a recognized file. Throws <see cref="InvalidDataException"/> if it is invalid.</param>
internal sealed record WeightFormat(string Name, Func<WeightSource, bool> Recognizes, Func<WeightSource, StateDict> Read)
{
    /// <summary>
    /// All formats. The first format that recognizes a file reads it, so the order matters: safetensors comes before pickles, which are recognized by
    /// the byte 0x80. The header length of a safetensors file can begin with it too.
    /// </summary>
    public static ImmutableArray<WeightFormat> All { get; } =
    [
        new("ML.NET model zip with a ResNeXt, PyTorch (zip, torch.save since 1.6)", TorchZipFile.Recognizes, ModelFormats.ReadZip),
        new("PyTorch (tar, torch.save of 0.1)", TorchTarFile.Recognizes, TorchTarFile.Read),
        new("safetensors", SafetensorsReader.Recognizes, SafetensorsReader.Read),
        new("PyTorch (legacy torch.save)", TorchLegacyFile.Recognizes, TorchLegacyFile.Read),
        new("ONNX written by ResNeXt.MLNet", ModelFormats.IsOnnx, ModelFormats.ReadOnnx),
        new("ONNX of a ResNet or ResNeXt from other programs", OnnxImport.Recognizes, ModelFormats.ReadForeignOnnx),
    ];
}
