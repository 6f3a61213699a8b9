using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNeXt.Core.Networks;

/// <summary>Modules from their descriptions.</summary>
internal static class Layers
{
    /// <summary>A convolution without bias: the batch normalisation behind it has one.</summary>
    public static Conv2d Convolution(ConvolutionSpec spec) =>
        Conv2d(spec.InputChannels, spec.OutputChannels, spec.Kernel, spec.Stride, spec.Padding, groups: spec.Groups, bias: false);

    /// <summary>A residual block.</summary>
    public static Module<Tensor, Tensor> Block(BlockSpec spec) => spec.Kind switch
    {
        BlockKind.Basic => new BasicBlock(spec),
        _ => new Bottleneck(spec),
    };

    /// <summary>What a block's input passes on its way to the addition, or null for the identity.</summary>
    public static Module<Tensor, Tensor>? Shortcut(BlockSpec spec) => spec.Shortcut switch
    {
        ShortcutKind.Projection => Sequential(
            Conv2d(spec.InputChannels, spec.OutputChannels, 1, spec.Stride, bias: false),
            BatchNorm2d(spec.OutputChannels)),
        ShortcutKind.ZeroPadding => new ZeroPaddingShortcut(spec.Stride, spec.OutputChannels - spec.InputChannels),
        _ => null,
    };
}
