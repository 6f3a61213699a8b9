using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Onnx.Import.Making;

/// <summary>How an exporter writes a network: all in which the exporters differ.</summary>
internal sealed record ForeignStyle(string Name)
{
    public string Producer { get; init; } = "pytorch";

    public int Opset { get; init; } = 17;

    /// <summary>Whether batch normalization is multiplied into the convolutions.</summary>
    public bool IsFolded { get; init; }

    /// <summary>Whether the convolutions have a bias besides their batch normalization.</summary>
    public bool HasBias { get; init; }

    public float Epsilon { get; init; } = 1e-5f;

    public bool HasIdentityNodes { get; init; }

    public bool HasConstantNodes { get; init; }

    public bool HasTypedData { get; init; }

    public bool IsPaddedAtTheBeginning { get; init; }

    /// <summary>Whether the batch can have any size.</summary>
    public bool IsOpen { get; init; } = true;

    public bool HasInputsForConstants { get; init; }

    public string Pooling { get; init; } = "GlobalAveragePool";

    public string Flattening { get; init; } = "Flatten";

    public string Head { get; init; } = "Gemm";

    public bool HasSoftmax { get; init; }

    public PixelLayout Layout { get; init; } = PixelLayout.Planar;

    /// <summary>The normalization that the graph applies first.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>Whether the graph turns red, green, blue into blue, green, red first: null, Gather or Split.</summary>
    public string? Reordering { get; init; }

    public override string ToString() => Name;
}
