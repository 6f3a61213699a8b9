using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Quantization.Graphs;

/// <summary>What a layer computes, as floats and as bytes; the nodes that make one of the other are written when first asked for.</summary>
internal sealed class QuantizedActivation
{
    private readonly QuantizationNodes _nodes;
    private readonly string _name;
    private readonly string? _floats;
    private string? _bytes, _dequantized;

    private QuantizedActivation(QuantizationNodes nodes, string name, ByteScale scale, string? floats, string? bytes) =>
        (_nodes, _name, Scale, _floats, _bytes) = (nodes, name, scale, floats, bytes);

    /// <summary>What the bytes stand for.</summary>
    public ByteScale Scale { get; }

    /// <summary>Whether the floats were computed in float32, so that layers in float32 need not take them from the bytes.</summary>
    public bool IsExact { get; private init; }

    /// <summary>The tensor that the layer's node gives, for a ReLU that belongs to it.</summary>
    public string Floats => _floats ?? throw new InvalidOperationException($"The activation '{_name}' is of bytes.");

    /// <summary>The tensor of bytes.</summary>
    public string Quantized => _bytes ??= _nodes.Quantize(_name, Floats, Scale);

    /// <summary>The floats that the bytes stand for.</summary>
    public string Dequantized => _dequantized ??= _nodes.Dequantize(_name, Quantized, Scale);

    /// <summary>The floats, from before the bytes if possible.</summary>
    public string Best => IsExact ? Floats : Dequantized;

    /// <summary>An activation that a node gives as floats.</summary>
    public static QuantizedActivation OfFloats(QuantizationNodes nodes, string name, string floats, ByteScale scale, bool isExact) =>
        new(nodes, name, scale, floats, bytes: null) { IsExact = isExact };

    /// <summary>An activation that a node gives as bytes.</summary>
    public static QuantizedActivation OfBytes(QuantizationNodes nodes, string name, string bytes, ByteScale scale) => new(nodes, name, scale, floats: null, bytes);
}
