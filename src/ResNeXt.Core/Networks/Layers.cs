using ResNeXt.Core.Plan;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNeXt.Core.Networks;

/// <summary>Modules from their descriptions.</summary>
internal static class Layers
{
    /// <summary>A convolution without bias: the batch normalisation behind it has one.</summary>
    public static Conv2d Convolution(LayerSpec layer) =>
        Conv2d(layer.InputChannels, layer.OutputChannels, layer.Kernel, layer.Stride, layer.Padding, groups: layer.Groups, bias: false);

    /// <summary>A residual block.</summary>
    public static Module<Tensor, Tensor> Block(BlockSpec spec) => spec.Kind switch
    {
        BlockKind.Basic => new BasicBlock(spec),
        _ => new Bottleneck(spec),
    };
}
