using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>A network that was read from an ONNX model of another program.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Weights">The tensors with torchvision's names; without the last layer if the model has none.</param>
/// <param name="Shape">The shape of the images.</param>
/// <param name="Normalization">The normalization of the pixels, if it is known; else null.</param>
internal sealed record ImportedNetwork(Architecture Architecture, StateDict Weights, ImageShape Shape, PixelNormalization? Normalization)
{
    /// <summary>Gets the tensors with the metadata that describe the network.</summary>
    public StateDict ToStateDict() => new(Weights.Tensors, ModelMetadata.Describe(Architecture, Shape, Normalization));
}
