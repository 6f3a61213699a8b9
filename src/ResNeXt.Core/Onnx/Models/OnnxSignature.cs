using ResNeXt.Core.Images;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>
/// The names of the input and the outputs of a classifier's graph, and the layout of its input. The output with the logits always has the name
/// <c>logits</c>.
/// </summary>
public sealed record OnnxSignature
{
    /// <summary>The name of the output with the logits, N x classes.</summary>
    public const string Logits = "logits";

    /// <summary>The name of the input: N x C x H x W, or N x H x W x C if <see cref="Layout"/> is interleaved.</summary>
    public string Input { get; init; } = "Features";

    /// <summary>The order of the input's values.</summary>
    public PixelLayout Layout { get; init; } = PixelLayout.Planar;

    /// <summary>The name of the output with the probabilities, N x classes.</summary>
    public string Score { get; init; } = "Score";

    /// <summary>The name of the output with the most probable class name, N strings.</summary>
    public string PredictedLabel { get; init; } = "PredictedLabel";
}
