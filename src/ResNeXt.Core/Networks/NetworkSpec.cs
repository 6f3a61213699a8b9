namespace ResNeXt.Core.Networks;

/// <summary>The kinds of residual block.</summary>
public enum BlockKind
{
    /// <summary>Two 3x3 convolutions (ResNet-18 and 34, the CIFAR ResNets).</summary>
    Basic,

    /// <summary>A 1x1, a 3x3 and a 1x1 convolution, with four times the stage's width in output channels (ResNet-50 and deeper, ResNeXt).</summary>
    Bottleneck,
}

/// <summary>
/// How a bottleneck with a cardinality above 1 is computed. The first three forms are those of arXiv 1611.05431, figure 3. They compute the same
/// function, so <c>BlockFormConverter</c> can convert weights between any two of them. The last two compute the same function, but another one.
/// </summary>
public enum BlockForm
{
    /// <summary>Form (c): a 1x1, a grouped 3x3 with as many groups as the cardinality, and a 1x1. Torchvision's form, and the fastest.</summary>
    Grouped,

    /// <summary>Form (b): a 1x1 and a 3x3 per transformation, whose outputs are concatenated, and one 1x1.</summary>
    EarlyConcatenation,

    /// <summary>Form (a): a 1x1, a 3x3 and a 1x1 per transformation, whose outputs are added; the last normalization comes after that sum.</summary>
    Aggregated,

    /// <summary>
    /// The form of Keras reimplementations: the input's channels are split among the transformations (a 1x1 and a 3x3 each), whose outputs are
    /// concatenated. The last 1x1 has a ReLU of its own before the addition. See <see cref="Architecture.InKerasForm"/>.
    /// </summary>
    SplitTransformMerge,

    /// <summary>The same function as <see cref="SplitTransformMerge"/>, computed with grouped convolutions: the first 1x1 is grouped too.</summary>
    SplitGrouped,
}

/// <summary>What follows each convolution.</summary>
public enum NormalizationKind
{
    /// <summary>Batch normalization after every convolution, which has no bias; the block's last ReLU follows the addition (both papers).</summary>
    BatchNormalization,

    /// <summary>
    /// No normalization, as textbooks introduce the block: every convolution has a bias and is followed by its ReLU, so the block's last ReLU comes
    /// before the addition. A convolution on a shortcut has no ReLU. See <see cref="Architecture.InTextbookForm"/>.
    /// </summary>
    None,
}

/// <summary>How a shortcut adapts its input where a block changes the shape (arXiv 1512.03385, section 3.3).</summary>
public enum ShortcutKind
{
    /// <summary>Option B: a 1x1 convolution with batch normalization.</summary>
    Projection,

    /// <summary>Option A: every second pixel, and zeros for the new channels; no parameters.</summary>
    ZeroPadding,
}

/// <summary>The layers before the first stage.</summary>
public enum StemKind
{
    /// <summary>A 7x7 convolution of stride 2 and a 3x3 max pooling of stride 2, for large images.</summary>
    ImageNet,

    /// <summary>One 3x3 convolution of stride 1, for images of about 32 pixels.</summary>
    Cifar,
}

/// <summary>Which convolution of a bottleneck has the stride.</summary>
public enum StridePlacement
{
    /// <summary>The 3x3, as in the ResNeXt paper (arXiv 1611.05431, section 4) and torchvision.</summary>
    Convolution3x3,

    /// <summary>The first 1x1, as in the ResNet paper (arXiv 1512.03385, section 4.1) and its Caffe models; it ignores 3 of 4 pixels.</summary>
    First1x1,
}

/// <summary>The distribution from which the initial weights are drawn.</summary>
public enum InitializationKind
{
    /// <summary>
    /// He et al. (arXiv 1502.01852): normal, by the fan-out of all transformations together, as in torchvision; the last layer uniform
    /// within 1/sqrt(fan-in).
    /// </summary>
    He,

    /// <summary>
    /// Glorot and Bengio (2010), the default of Keras: uniform within sqrt(6/(fan-in + fan-out)) of each convolution, per group, and of the last
    /// layer; every bias 0.
    /// </summary>
    Glorot,
}

/// <summary>An architecture in numbers: what <see cref="NetworkDefinition"/> needs to lay out the layers.</summary>
/// <param name="InputChannels">Channels of the input image.</param>
/// <param name="Stem">The layers before the first stage.</param>
/// <param name="StemWidth">Output channels of the stem.</param>
/// <param name="Normalization">What follows each convolution.</param>
/// <param name="Blocks">The residual blocks in the order of the forward pass.</param>
internal sealed record NetworkSpec(
    int InputChannels, StemKind Stem, int StemWidth, NormalizationKind Normalization, IReadOnlyList<BlockSpec> Blocks);

/// <summary>One residual block of an architecture, with its channels and strides worked out.</summary>
/// <param name="Name">Prefix of its tensors in the state_dict, for example <c>layer2.0</c>.</param>
/// <param name="Stage">Index of its stage, from 0.</param>
/// <param name="Kind">Basic or bottleneck.</param>
/// <param name="InputChannels">Channels of its input.</param>
/// <param name="Width">Channels of its 3x3 convolution.</param>
/// <param name="OutputChannels">Channels of its output.</param>
/// <param name="Stride">1, or 2 where it halves the side of the maps.</param>
/// <param name="Cardinality">Groups of its 3x3 convolution.</param>
/// <param name="Shortcut">How its shortcut adapts the input; null for the identity.</param>
internal sealed record BlockSpec(
    string Name, int Stage, BlockKind Kind, int InputChannels, int Width, int OutputChannels, int Stride, int Cardinality, ShortcutKind? Shortcut)
{
    /// <summary>How a bottleneck computes its transformations.</summary>
    public BlockForm Form { get; init; }

    /// <summary>What follows its convolutions.</summary>
    public NormalizationKind Normalization { get; init; }

    /// <summary>Which convolution of a bottleneck has the stride.</summary>
    public StridePlacement StridePlacement { get; init; }

    /// <summary>Channels of one transformation's 3x3 convolution.</summary>
    public int PathWidth => Width / Cardinality;

    /// <summary>Stride of a bottleneck's first 1x1 convolution.</summary>
    public int FirstStride => StridePlacement == StridePlacement.First1x1 ? Stride : 1;

    /// <summary>Stride of a bottleneck's 3x3 convolution.</summary>
    public int SecondStride => StridePlacement == StridePlacement.First1x1 ? 1 : Stride;
}

/// <summary>Properties of the forms of a bottleneck.</summary>
internal static class BlockFormExtensions
{
    /// <summary>Whether each transformation sees only its share of the input's channels.</summary>
    public static bool IsSplit(this BlockForm form) => form is BlockForm.SplitTransformMerge or BlockForm.SplitGrouped;
}
