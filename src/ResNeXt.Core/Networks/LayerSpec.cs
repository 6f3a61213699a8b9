using System.Collections.Immutable;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Networks;

/// <summary>One layer of a network: what it computes, from which layers, and with which tensors.</summary>
/// <param name="Name">Its name in the network; its tensors begin with it.</param>
/// <param name="Kind">What it computes.</param>
/// <param name="Inputs">The names of the layers it takes.</param>
/// <param name="InputChannels">Channels of its first input.</param>
/// <param name="OutputChannels">Channels it gives.</param>
internal sealed record LayerSpec(string Name, LayerKind Kind, ImmutableArray<string> Inputs, int InputChannels, int OutputChannels)
{
    public int Kernel { get; init; } = 1;

    public int Stride { get; init; } = 1;

    public int Groups { get; init; } = 1;

    /// <summary>Whether a convolution adds a bias: only where no batch normalisation behind it has one.</summary>
    public bool HasBias { get; init; }

    /// <summary>How many convolutions like it stand side by side where form (c) has one; its first weights are drawn as that one's.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>The first channel that a <see cref="LayerKind.Slice"/> takes.</summary>
    public int FirstChannel { get; init; }

    /// <summary>Whether its output takes no memory of its own: it overwrites its input or is a view of it.</summary>
    public bool InPlace { get; init; }

    /// <summary>Padding that keeps the side at stride 1.</summary>
    public int Padding => Kernel / 2;

    /// <summary>The side of its output from the side of its input; with this padding every stride of 2 halves it, rounded up.</summary>
    public int OutputSize(int inputSize) => Kind is LayerKind.GlobalAveragePooling or LayerKind.Linear ? 1 : (inputSize + Stride - 1) / Stride;

    /// <summary>Its tensors under their names in the state_dict, in torchvision's order.</summary>
    public IEnumerable<TensorSpec> Tensors() => Kind switch
    {
        LayerKind.Convolution when HasBias => [Filters, Tensor("bias", OutputChannels)],
        LayerKind.Convolution => [Filters],
        LayerKind.BatchNormalization =>
        [
            Tensor("weight", OutputChannels), Tensor("bias", OutputChannels),
            Tensor("running_mean", OutputChannels) with { IsStatistic = true }, Tensor("running_var", OutputChannels) with { IsStatistic = true },
        ],
        LayerKind.Linear => [Tensor("weight", OutputChannels, InputChannels), Tensor("bias", OutputChannels)],
        _ => [],
    };

    /// <summary>What it gives and costs for one image.</summary>
    /// <param name="outputSize">The side of its output.</param>
    public LayerSummary Summarize(int outputSize)
    {
        int[] shape = Kind is LayerKind.GlobalAveragePooling or LayerKind.Linear ? [OutputChannels] : [OutputChannels, outputSize, outputSize];
        return new LayerSummary(Name, KindName, shape)
        {
            Parameters = Tensors().Where(tensor => !tensor.IsStatistic).Sum(tensor => tensor.Length),
            MultiplyAdds = MultiplyAdds(outputSize),
            ActivationBytes = InPlace ? 0 : sizeof(float) * (long)OutputChannels * outputSize * outputSize,
        };
    }

    // Only convolutions and fully connected layers count, as in the papers.
    private long MultiplyAdds(int outputSize) => Kind is LayerKind.Convolution or LayerKind.Linear
        ? (long)outputSize * outputSize * OutputChannels * (InputChannels / Groups) * Kernel * Kernel
        : 0;

    private string KindName => Kind switch
    {
        LayerKind.Convolution when Groups > 1 => $"Convolution {Kernel}x{Kernel}, {Groups} groups",
        LayerKind.Convolution => $"Convolution {Kernel}x{Kernel}",
        LayerKind.BatchNormalization => "Batch normalization",
        LayerKind.Relu => "ReLU",
        LayerKind.MaxPooling => "Max pooling",
        LayerKind.ZeroPadding => "Zero padding",
        LayerKind.GlobalAveragePooling => "Global average pooling",
        LayerKind.Linear => "Fully connected",
        _ => Kind.ToString(),
    };

    private TensorSpec Filters => Tensor("weight", OutputChannels, InputChannels / Groups, Kernel, Kernel);

    private TensorSpec Tensor(string part, params int[] shape) => new($"{Name}.{part}", shape);
}
