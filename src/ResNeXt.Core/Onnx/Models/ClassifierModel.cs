using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>
/// A trained classifier with everything needed to use it, independent of libtorch; the content of an ONNX file that this library writes.
/// </summary>
public sealed record ClassifierModel
{
    /// <summary>The network.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Its weights, named as <see cref="Architecture.Tensors"/> names them; none where <see cref="IsQuantized"/>.</summary>
    public required StateDict Weights { get; init; }

    /// <summary>Whether its network is in int8, so that the file has no weights that could be taken out.</summary>
    public bool IsQuantized { get; init; }

    /// <summary>
    /// Whether its graph was read from a file and is not the one that <see cref="OnnxExporter"/> writes for it today: one in int8, of an earlier
    /// version, or tampered with. <see cref="OnnxVerification.CheckRuns"/> tells whether such a graph computes scores.
    /// </summary>
    public bool HasOtherGraph { get; init; }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The shape of the images it takes.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>What the graph does to the pixels first; null where it takes them as the network sees them.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>What else its maker wants to find again in the file.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();
}
