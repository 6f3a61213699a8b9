using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>
/// A trained classifier with everything that is needed to use it: the content of an ONNX file of this library. Independent of libtorch.
/// </summary>
public sealed record ClassifierModel
{
    /// <summary>The architecture of the network.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The weights, with the names of <see cref="Architecture.Tensors"/>; empty if <see cref="IsQuantized"/> is true.</summary>
    public required StateDict Weights { get; init; }

    /// <summary>Whether the network is quantized to int8. Such a model has no float32 weights.</summary>
    public bool IsQuantized { get; init; }

    /// <summary>
    /// Whether the model was read from a file whose graph differs from the one that <see cref="OnnxExporter"/> writes, because it is in int8, was
    /// written by an earlier version, or was changed. <see cref="OnnxVerification.CheckRuns"/> checks that such a graph computes scores.
    /// </summary>
    public bool HasOtherGraph { get; init; }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The shape of the input images.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>The normalization that the graph applies to the pixels; null if the input is already normalized.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>
    /// Whether the graph computes every image and its mirror image, and averages their logits (test-time augmentation). Takes twice the time.
    /// </summary>
    public bool TestTimeFlip { get; init; }

    /// <summary>Additional metadata entries.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();
}
