using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>
/// 1x1, 3x3 and 1x1 convolutions and a shortcut. With cardinality 1 it is ResNet's (arXiv 1512.03385, figure 5, right); with more it is
/// ResNeXt's in form (c), the 3x3 convolution in groups (arXiv 1611.05431, figure 3).
/// </summary>
internal sealed class Bottleneck : Module<Tensor, Tensor>
{
    private readonly Convolution conv1;
    private readonly Module<Tensor, Tensor> bn1;
    private readonly Convolution conv2;
    private readonly Module<Tensor, Tensor> bn2;
    private readonly Convolution conv3;
    private readonly Module<Tensor, Tensor> bn3;
    private readonly Module<Tensor, Tensor>? downsample;
    private readonly Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> end;

    public Bottleneck(BlockSpec spec) : base(spec.Name)
    {
        var block = new BlockModules(spec);
        conv1 = block.Convolution(nameof(conv1));
        bn1 = block.Normalization(nameof(bn1));
        conv2 = block.Convolution(nameof(conv2));
        bn2 = block.Normalization(nameof(bn2));
        conv3 = block.Convolution(nameof(conv3));
        bn3 = block.Normalization(nameof(bn3));
        downsample = block.Shortcut();
        end = block.End();
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = bn1.Relu(conv1.call(x));
        y = bn2.Relu(conv2.call(y));
        y = conv3.call(y);
        return end(bn3, y, downsample is null ? x : downsample.call(x)).MoveToOuterDisposeScope();
    }
}
