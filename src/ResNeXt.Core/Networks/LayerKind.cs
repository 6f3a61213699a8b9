namespace ResNeXt.Core.Networks;

/// <summary>What a layer computes.</summary>
internal enum LayerKind
{
    Convolution,
    BatchNormalization,
    Relu,
    MaxPooling,
    Addition,
    Concatenation,

    /// <summary>Consecutive channels, from <see cref="LayerSpec.FirstChannel"/> on.</summary>
    Slice,

    /// <summary>Every <see cref="LayerSpec.Stride"/>th pixel, then zeros on both sides of the channels (option A).</summary>
    ZeroPadding,

    /// <summary>The mean of every channel: C x H x W becomes C.</summary>
    GlobalAveragePooling,
    Linear,
}
