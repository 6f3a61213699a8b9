using ResNeXt.Core.Images;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>What scoring needs to know of a classifier's ONNX model: neither its architecture nor its weights.</summary>
/// <param name="ClassNames">The names of the classes, in the order of the scores.</param>
/// <param name="Shape">The shape of the input images.</param>
/// <param name="Notes">Additional metadata entries.</param>
/// <param name="Features">The name of the tensor with the input of the last layer; null if it is not known.</param>
internal sealed record ScoringModel(
    IReadOnlyList<string> ClassNames, ImageShape Shape, IReadOnlyDictionary<string, string> Notes, string? Features = null)
{
    /// <summary>Whether the network is in int8.</summary>
    public bool IsQuantized { get; init; }
}
