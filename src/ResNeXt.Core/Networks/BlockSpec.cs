namespace ResNeXt.Core.Networks;

/// <summary>One residual block of an architecture, worked out.</summary>
/// <param name="Name">Its prefix in the state_dict, for example <c>layer2.0</c>.</param>
/// <param name="Stage">Index of its stage, from 0.</param>
/// <param name="Kind">Basic or bottleneck.</param>
/// <param name="InputChannels">Channels it takes.</param>
/// <param name="Width">Channels of its 3x3 convolution.</param>
/// <param name="OutputChannels">Channels it gives.</param>
/// <param name="Stride">1, or 2 where it halves the side.</param>
/// <param name="Cardinality">Groups of its 3x3 convolution.</param>
/// <param name="Shortcut">How its shortcut adapts; null for the identity.</param>
public sealed record BlockSpec(
    string Name, int Stage, BlockKind Kind, int InputChannels, int Width, int OutputChannels, int Stride, int Cardinality, ShortcutKind? Shortcut)
{
    /// <summary>How it computes its transformations.</summary>
    public BlockForm Form { get; init; }

    /// <summary>What stands behind its convolutions.</summary>
    public NormalizationKind Normalization { get; init; }

    /// <summary>Which of its convolutions carries the stride, if it is a bottleneck.</summary>
    public StridePlacement StridePlacement { get; init; }

    /// <summary>Channels of one transformation's 3x3 convolution.</summary>
    internal int PathWidth => Width / Cardinality;
}
