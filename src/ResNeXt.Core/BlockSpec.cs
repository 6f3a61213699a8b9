namespace ResNeXt.Core;

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
    /// <summary>The stride sits on the 3x3 of a bottleneck, as in torchvision and the ResNeXt paper; the first ResNets had it on the first 1x1.</summary>
    internal IEnumerable<ConvolutionSpec> Convolutions()
    {
        if (Kind == BlockKind.Basic)
        {
            yield return Convolution(1, InputChannels, Width, 3, Stride);
            yield return Convolution(2, Width, OutputChannels, 3, 1) with { FollowsStride = true };
        }
        else
        {
            yield return Convolution(1, InputChannels, Width, 1, 1);
            yield return Convolution(2, Width, Width, 3, Stride) with { Groups = Cardinality };
            yield return Convolution(3, Width, OutputChannels, 1, 1) with { FollowsStride = true };
        }
        if (Shortcut == ShortcutKind.Projection)
            yield return new($"{Name}.downsample.0", $"{Name}.downsample.1", InputChannels, OutputChannels, 1, Stride, 1);
    }

    private ConvolutionSpec Convolution(int number, int input, int output, int kernel, int stride) =>
        new($"{Name}.conv{number}", $"{Name}.bn{number}", input, output, kernel, stride, Groups: 1);
}

/// <summary>A convolution without bias and the batch normalisation behind it.</summary>
internal sealed record ConvolutionSpec(string Name, string NormalizationName, int InputChannels, int OutputChannels, int Kernel, int Stride, int Groups)
{
    /// <summary>Whether an earlier convolution of the same block has already applied the block's stride.</summary>
    public bool FollowsStride { get; init; }

    /// <summary>Padding that keeps the side at stride 1.</summary>
    public int Padding => Kernel / 2;

    public int[] WeightShape => [OutputChannels, InputChannels / Groups, Kernel, Kernel];

    public long MultiplyAdds(int outputSize) => (long)outputSize * outputSize * OutputChannels * (InputChannels / Groups) * Kernel * Kernel;
}

/// <summary>Name and shape of one tensor of a state_dict.</summary>
/// <param name="Name">For example <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="IsStatistic">Whether it is a running mean or variance, which training updates without a gradient.</param>
public sealed record TensorSpec(string Name, IReadOnlyList<int> Shape, bool IsStatistic = false)
{
    /// <summary>Number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
