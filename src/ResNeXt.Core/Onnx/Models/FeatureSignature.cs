using ResNeXt.Core.Images;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>The names of the input and the output of a graph that computes features, and the layout of its input.</summary>
internal sealed record FeatureSignature
{
    /// <summary>The name of the input: N x C x H x W, or N x H x W x C if <see cref="Layout"/> is interleaved.</summary>
    public string Input { get; init; } = "Images";

    /// <summary>The order of the input's values.</summary>
    public PixelLayout Layout { get; init; } = PixelLayout.Planar;

    /// <summary>The name of the output with the features, N x features.</summary>
    public string Output { get; init; } = "Features";
}
