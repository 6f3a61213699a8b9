using System.Collections.Immutable;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>The tensors of a <see cref="QdqGraph"/> that hold one activation: as floats, as bytes, and as dequantized floats.</summary>
/// <remarks>The nodes that convert one into the other are written when a property is read for the first time.</remarks>
internal sealed class QdqActivation
{
    private readonly QdqNodes _nodes;
    private readonly string _name;
    private readonly ImmutableArray<string> _floats;
    private string? _bytes, _dequantized;

    private QdqActivation(QdqNodes nodes, string name, ByteScale scale, ImmutableArray<string> floats, string? bytes) =>
        (_nodes, _name, Scale, _floats, _bytes) = (nodes, name, scale, floats, bytes);

    /// <summary>The scale of the bytes.</summary>
    public ByteScale Scale { get; }

    /// <summary>Whether the floats were computed in float32, so that a float32 layer can use them without a detour through bytes.</summary>
    public bool IsExact { get; private init; }

    /// <summary>
    /// The tensors that the layer's nodes compute, for a ReLU that is fused with them: one, or several with a part of the channels each.
    /// </summary>
    public ImmutableArray<string> Floats =>
        _floats.IsEmpty ? throw new InvalidOperationException($"The activation '{_name}' exists only as bytes.") : _floats;

    /// <summary>The tensor with the bytes.</summary>
    public string Quantized => _bytes ??= _nodes.Quantize(_name, Floats, Scale);

    /// <summary>The tensor with the floats that the bytes represent.</summary>
    public string Dequantized => _dequantized ??= _nodes.Dequantize(_name, Quantized, Scale);

    /// <summary>The floats before quantization if they are exact, otherwise the dequantized ones.</summary>
    public string Best => IsExact ? Floats.Single() : Dequantized;

    /// <summary>An activation that nodes compute as floats.</summary>
    public static QdqActivation OfFloats(QdqNodes nodes, string name, ImmutableArray<string> floats, ByteScale scale, bool isExact) =>
        new(nodes, name, scale, floats, bytes: null) { IsExact = isExact };

    /// <summary>An activation that a node computes as bytes.</summary>
    public static QdqActivation OfBytes(QdqNodes nodes, string name, string bytes, ByteScale scale) =>
        new(nodes, name, scale, floats: [], bytes);
}
