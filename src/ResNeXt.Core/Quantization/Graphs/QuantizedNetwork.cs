using System.Collections.Immutable;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Layouts;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>
/// A <see cref="FoldedNetwork"/> with everything that determines its int8 form: a scale for each activation, and the layers that remain float32.
/// </summary>
/// <remarks>The weights are still float32 here. <see cref="Int8Weights"/> converts them when <see cref="QdqGraph"/> writes the ONNX graph.</remarks>
/// <param name="Network">The folded network, in float32.</param>
/// <param name="Scales">The scale of each activation, by the name of the layer that computes it.</param>
/// <param name="Float32Layers">The layers whose weights remain float32.</param>
internal sealed record QuantizedNetwork(
    FoldedNetwork Network, IReadOnlyDictionary<string, ByteScale> Scales, ImmutableSortedSet<string> Float32Layers)
{
    /// <summary>Whether weights use 7 of their 8 bits.</summary>
    public bool ReducedRange { get; init; }

    /// <summary>How convolutions are computed, by the name of the layer; the others as <see cref="ConvolutionLayout.Default"/> says.</summary>
    public ImmutableDictionary<string, ConvolutionLayout> Layouts { get; init; } = ImmutableDictionary<string, ConvolutionLayout>.Empty;

    /// <summary>Writes an ONNX model of a classifier that computes with this network.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="signature">The names and the layout of the model's inputs and outputs; null for the defaults.</param>
    public byte[] Write(ClassifierModel model, OnnxSignature? signature = null) => OnnxExporter.Write(
        model with { IsQuantized = true }, signature ?? new OnnxSignature(),
        (graph, images, logits) => new QdqGraph(graph, this).Write(images, logits));
}
