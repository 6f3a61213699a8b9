using System.Collections.Immutable;
using ResNeXt.Core.Tensors;

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

    /// <summary>Every <see cref="LayerSpec.Stride"/>th pixel, then zeros before and after the channels (option A of arXiv 1512.03385).</summary>
    ZeroPadding,

    /// <summary>The mean of every channel: C x H x W becomes C.</summary>
    GlobalAveragePooling,
    Linear,
}

/// <summary>One layer of a network, and what it costs for one image.</summary>
/// <param name="Name">The name, for example <c>layer1.0.conv2</c>; the names of the layer's tensors begin with it.</param>
/// <param name="Kind">What the layer computes, for example <c>Convolution 3x3, 32 groups</c>.</param>
/// <param name="OutputShape">Channels, height and width; only the number of values after the last pooling.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<int> OutputShape)
{
    /// <summary>The number of trained parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>The number of multiply-adds, each counted as one; only convolutions and fully connected layers have any, as in the papers.</summary>
    public long MultiplyAdds { get; init; }

    /// <summary>Memory of the output in float32; 0 where the layer overwrites its input or gives a view of it.</summary>
    public long ActivationBytes { get; init; }
}

/// <summary>One layer of a network: what it computes, from which layers, and with which tensors.</summary>
/// <param name="Name">The name in the network; the names of the layer's tensors begin with it.</param>
/// <param name="Kind">What the layer computes.</param>
/// <param name="Inputs">The names of the layers whose outputs it takes.</param>
/// <param name="InputChannels">Channels of the first input.</param>
/// <param name="OutputChannels">Channels of the output.</param>
internal sealed record LayerSpec(string Name, LayerKind Kind, ImmutableArray<string> Inputs, int InputChannels, int OutputChannels)
{
    public int Kernel { get; init; } = 1;

    public int Stride { get; init; } = 1;

    public int Groups { get; init; } = 1;

    /// <summary>Whether a convolution has a bias: only where no batch normalization, which has one, follows.</summary>
    public bool HasBias { get; init; }

    /// <summary>Number of such convolutions side by side where form (c) has one; the initial weights have the same distribution in both.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>The first channel that a <see cref="LayerKind.Slice"/> takes.</summary>
    public int FirstChannel { get; init; }

    /// <summary>Whether the output takes no memory of its own: the layer overwrites its input or gives a view of it.</summary>
    public bool InPlace { get; init; }

    /// <summary>Padding that keeps the side at stride 1.</summary>
    public int Padding => Kernel / 2;

    /// <summary>The side of the output for an input of that side; with this padding every stride of 2 halves it, rounded up.</summary>
    public int OutputSize(int inputSize) => Kind is LayerKind.GlobalAveragePooling or LayerKind.Linear ? 1 : (inputSize + Stride - 1) / Stride;

    /// <summary>The layer's tensors under their names in the state_dict, in torchvision's order.</summary>
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

    /// <summary>The shape of the output and the costs for one image.</summary>
    /// <param name="outputSize">The side of the output.</param>
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
