using System.Collections.Immutable;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>A network and everything that decides its int8 form.</summary>
/// <param name="Network">The network in float32.</param>
/// <param name="Scales">What the bytes of each activation stand for, by the layer that computes it.</param>
/// <param name="Float32Layers">The layers whose weights stay float32.</param>
internal sealed record QuantizedNetwork(FoldedNetwork Network, IReadOnlyDictionary<string, ByteScale> Scales, ImmutableSortedSet<string> Float32Layers)
{
    /// <summary>Whether weights use 7 of their 8 bits.</summary>
    public bool ReducedRange { get; init; }

    /// <summary>Writes the classifier that computes with this network.</summary>
    public byte[] Write(ClassifierModel model, OnnxSignature? surface = null) => OnnxExporter.Write(
        model with { IsQuantized = true }, surface ?? new OnnxSignature(), (graph, images) => new QuantizedGraph(graph, this).Write(images, OnnxSignature.Logits));
}
