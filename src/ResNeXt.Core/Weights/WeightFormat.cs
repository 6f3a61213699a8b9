using System.Collections.Immutable;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch;
using ResNeXt.Core.Weights.PyTorch.Tar;
using ResNeXt.Core.Weights.Safetensors;

namespace ResNeXt.Core.Weights;

/// <summary>One format of weights files: how it is recognized by its content, and how it is read.</summary>
/// <param name="Name">As messages list it.</param>
/// <param name="Recognizes">Whether a file is of this format, damaged or not; looks at a few bytes only.</param>
/// <param name="Read">Reads a recognized file, or refuses it with <see cref="InvalidDataException"/>.</param>
internal sealed record WeightFormat(string Name, Func<WeightSource, bool> Recognizes, Func<WeightSource, StateDict> Read)
{
    /// <summary>
    /// Every format. The first that recognizes a file reads it: a special kind of zip belongs before PyTorch's, which takes every zip, and
    /// safetensors before the pickles, which take every file that begins with the byte 0x80, as a header's length may.
    /// </summary>
    public static ImmutableArray<WeightFormat> All { get; } =
    [
        new("ML.NET model zip with a ResNeXt", ModelFormats.IsModelZip, ModelFormats.ReadModelZip),
        new("PyTorch (zip, torch.save since 1.6)", TorchZipFile.Recognizes, TorchZipFile.Read),
        new("PyTorch (tar, torch.save of 0.1)", TorchTarFile.Recognizes, TorchTarFile.Read),
        new("safetensors", SafetensorsReader.Recognizes, SafetensorsReader.Read),
        new("PyTorch (legacy torch.save)", TorchLegacyFile.Recognizes, TorchLegacyFile.Read),
        new("ONNX written by ResNeXt.MLNet", ModelFormats.IsOnnx, ModelFormats.ReadOnnx),
    ];
}
