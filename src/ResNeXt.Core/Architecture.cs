using System.Collections.Immutable;

namespace ResNeXt.Core;

/// <summary>
/// A residual network as data: everything that tells one ResNet or ResNeXt from another. Parameter counts, multiply-adds and tensor names
/// follow from it alone; the network and the ONNX export are built from it.
/// </summary>
/// <remarks>
/// The words are those of "Deep Residual Learning for Image Recognition" (He et al. 2015, arXiv 1512.03385) and "Aggregated Residual
/// Transformations for Deep Neural Networks" (Xie et al. 2016, arXiv 1611.05431).
/// </remarks>
public sealed record Architecture
{
    /// <summary>Channels of a bottleneck's output per channel of its stage's width (both papers: 4).</summary>
    public const int BottleneckExpansion = 4;

    /// <summary>The name it is found under, for example <c>resnext50_32x4d</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The residual block that all stages repeat.</summary>
    public required BlockKind Block { get; init; }

    /// <summary>Blocks per stage, from the first stage to the last; between 1 and 4 stages (the ImageNet networks have four, the 32-pixel ones three).</summary>
    public required ImmutableArray<int> Depths { get; init; }

    /// <summary>Size of the set of transformations, ResNeXt's C: the groups of the 3x3 convolution.</summary>
    /// <value>Default 1 (a ResNet). More than 1 needs <see cref="BlockKind.Bottleneck"/>.</value>
    public int Cardinality { get; init; } = 1;

    /// <summary>Channels of one transformation in a stage of width 64, ResNeXt's d ("32x4d" has base width 4).</summary>
    /// <value>Default 64 (a ResNet).</value>
    public int BaseWidth { get; init; } = 64;

    /// <summary>What stands before the first stage.</summary>
    public StemKind Stem { get; init; } = StemKind.ImageNet;

    /// <summary>How a shortcut adapts where the shape changes.</summary>
    public ShortcutKind Shortcut { get; init; } = ShortcutKind.Projection;

    /// <summary>Output channels of the stem and width of the first stage; every further stage doubles it.</summary>
    /// <value>Default 64; 16 for the CIFAR ResNets.</value>
    public int StemWidth { get; init; } = 64;

    /// <summary>Channels of the input image.</summary>
    /// <value>Default 3 (red, green, blue).</value>
    public int InputChannels { get; init; } = 3;

    /// <summary>The smallest image side, in pixels, that every stage can still work on: 32, or 8 with <see cref="StemKind.Cifar"/>.</summary>
    public int MinimumImageSize => Stem == StemKind.Cifar ? 8 : 32;

    /// <summary>The image side, in pixels, of the paper's experiments: 224, or 32 with <see cref="StemKind.Cifar"/>.</summary>
    public int DefaultImageSize => Stem == StemKind.Cifar ? 32 : 224;

    /// <summary>Number of pooled features, the input of the last fully connected layer.</summary>
    public int FeatureCount => (StemWidth << (Depths.Length - 1)) * Expansion;

    private int Expansion => Block == BlockKind.Bottleneck ? BottleneckExpansion : 1;

    /// <summary>The blocks in order, with their channels and strides worked out.</summary>
    /// <exception cref="ArgumentException">The combination is impossible; the message lists every reason.</exception>
    public IReadOnlyList<BlockSpec> Blocks()
    {
        Validate();
        var blocks = new List<BlockSpec>();
        int input = StemWidth;
        for (int stage = 0; stage < Depths.Length; stage++)
        {
            int stageWidth = StemWidth << stage;
            for (int index = 0; index < Depths[stage]; index++)
            {
                int stride = stage > 0 && index == 0 ? 2 : 1;
                int output = stageWidth * Expansion;
                blocks.Add(new BlockSpec($"layer{stage + 1}.{index}", stage, Block, input, Width(stageWidth), output, stride, Cardinality,
                    stride == 1 && input == output ? null : Shortcut));
                input = output;
            }
        }
        return blocks;
    }

    /// <summary>All tensors of the network's state_dict, in torchvision's order and under its names (without <c>num_batches_tracked</c>).</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">The combination is impossible; the message lists every reason.</exception>
    public IReadOnlyList<TensorSpec> Tensors(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        var tensors = new List<TensorSpec>();
        foreach (ConvolutionSpec convolution in Convolutions())
        {
            tensors.Add(new TensorSpec($"{convolution.Name}.weight", convolution.WeightShape));
            foreach (string part in new[] { "weight", "bias", "running_mean", "running_var" })
                tensors.Add(new TensorSpec($"{convolution.NormalizationName}.{part}", [convolution.OutputChannels], part.StartsWith("running", StringComparison.Ordinal)));
        }
        tensors.Add(new TensorSpec("fc.weight", [classes, FeatureCount]));
        tensors.Add(new TensorSpec("fc.bias", [classes]));
        return tensors;
    }

    /// <summary>Number of trained parameters with a head for that many classes.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    public long ParameterCount(int classes) => Tensors(classes).Where(tensor => !tensor.IsStatistic).Sum(tensor => tensor.Length);

    /// <summary>
    /// Multiply-adds of one image's forward pass: each counts one, over convolutions and the fully connected layer, as the papers count "FLOPs".
    /// </summary>
    /// <param name="imageSize">Side of the square image in pixels, at least <see cref="MinimumImageSize"/>.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    public long MultiplyAdds(int imageSize, int classes)
    {
        CheckImageSize(imageSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        int stem = Stem == StemKind.ImageNet ? Halve(imageSize) : imageSize;
        long total = StemConvolution.MultiplyAdds(stem);
        int size = Stem == StemKind.ImageNet ? Halve(stem) : stem;
        foreach (BlockSpec block in Blocks())
        {
            int output = block.Stride == 2 ? Halve(size) : size;
            foreach (ConvolutionSpec convolution in block.Convolutions())
                total += convolution.MultiplyAdds(convolution.Stride == block.Stride || convolution.FollowsStride ? output : size);
            size = output;
        }
        return total + (long)FeatureCount * classes;
    }

    /// <summary>Refuses an image side that is too small for the network.</summary>
    /// <param name="imageSize">Side in pixels.</param>
    /// <exception cref="ArgumentException">It is below <see cref="MinimumImageSize"/>.</exception>
    public void CheckImageSize(int imageSize)
    {
        if (imageSize < MinimumImageSize)
            throw new ArgumentException($"The image size is {imageSize}; {Name} needs at least {MinimumImageSize} pixels a side. Use larger images{(Stem == StemKind.ImageNet ? " or a *_cifar architecture (at least 8)" : "")}.");
    }

    internal ConvolutionSpec StemConvolution => Stem == StemKind.ImageNet
        ? new("conv1", "bn1", InputChannels, StemWidth, Kernel: 7, Stride: 2, Groups: 1)
        : new("conv1", "bn1", InputChannels, StemWidth, Kernel: 3, Stride: 1, Groups: 1);

    internal IEnumerable<ConvolutionSpec> Convolutions() => Blocks().SelectMany(block => block.Convolutions()).Prepend(StemConvolution);

    // torchvision's formula: truncated per transformation, then times the number of transformations.
    private int Width(int stageWidth) => Block == BlockKind.Basic ? stageWidth : (int)(stageWidth * (BaseWidth / 64.0)) * Cardinality;

    private static int Halve(int size) => (size + 1) / 2;

    private void Validate()
    {
        var mistakes = new List<string>();
        if (Depths.IsDefaultOrEmpty || Depths.Length > 4 || Depths.Any(depth => depth < 1))
            mistakes.Add($"Depths is [{(Depths.IsDefault ? "" : string.Join(", ", Depths))}]; it must have one to four numbers of at least 1.");
        if (Cardinality < 1)
            mistakes.Add($"Cardinality is {Cardinality}; it must be at least 1.");
        if (Block == BlockKind.Basic && Cardinality > 1)
            mistakes.Add($"Cardinality is {Cardinality} on a basic block; grouping needs a block of three layers (arXiv 1611.05431, section 3.3), so use BlockKind.Bottleneck.");
        if (Block == BlockKind.Basic && BaseWidth != 64)
            mistakes.Add($"BaseWidth is {BaseWidth} on a basic block; its width is the stage's, so leave it at 64.");
        if (StemWidth < 1)
            mistakes.Add($"StemWidth is {StemWidth}; it must be at least 1.");
        if (InputChannels < 1)
            mistakes.Add($"InputChannels is {InputChannels}; it must be at least 1.");
        if (Block == BlockKind.Bottleneck && (int)(StemWidth * (BaseWidth / 64.0)) < 1)
            mistakes.Add($"BaseWidth is {BaseWidth} with a first stage of width {StemWidth}: a transformation would have no channel. BaseWidth * StemWidth must be at least 64.");
        if (mistakes.Count > 0)
            throw new ArgumentException($"The architecture '{Name}' is impossible: {string.Join(" ", mistakes)}");
    }
}

/// <summary>The kinds of residual block.</summary>
public enum BlockKind
{
    /// <summary>Two 3x3 convolutions (ResNet-18 and 34, the CIFAR ResNets).</summary>
    Basic,

    /// <summary>1x1, 3x3, 1x1 with four times the width at its output (ResNet-50 and deeper, every ResNeXt).</summary>
    Bottleneck,
}

/// <summary>What stands before the first stage.</summary>
public enum StemKind
{
    /// <summary>A 7x7 convolution of stride 2 and a 3x3 max-pooling of stride 2, for large images.</summary>
    ImageNet,

    /// <summary>One 3x3 convolution of stride 1, for images of about 32 pixels.</summary>
    Cifar,
}

/// <summary>How a shortcut adapts where a block changes the shape (arXiv 1512.03385, section 3.3).</summary>
public enum ShortcutKind
{
    /// <summary>Option B: a 1x1 convolution with batch normalisation.</summary>
    Projection,

    /// <summary>Option A: every second pixel, and zeros for the new channels; no parameters.</summary>
    ZeroPadding,
}
