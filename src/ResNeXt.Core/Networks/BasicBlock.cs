using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>Two 3x3 convolutions and a shortcut (arXiv 1512.03385, figure 5, left).</summary>
internal sealed class BasicBlock : Module<Tensor, Tensor>
{
    private readonly Convolution conv1;
    private readonly Module<Tensor, Tensor> bn1;
    private readonly Convolution conv2;
    private readonly Module<Tensor, Tensor> bn2;
    private readonly Module<Tensor, Tensor>? downsample;
    private readonly Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> end;

    public BasicBlock(BlockSpec spec) : base(spec.Name)
    {
        var block = new BlockModules(spec);
        conv1 = block.Convolution(nameof(conv1));
        bn1 = block.Normalization(nameof(bn1));
        conv2 = block.Convolution(nameof(conv2));
        bn2 = block.Normalization(nameof(bn2));
        downsample = block.Shortcut();
        end = block.End();
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = bn1.Relu(conv1.call(x));
        y = conv2.call(y);
        return end(bn2, y, downsample is null ? x : downsample.call(x)).MoveToOuterDisposeScope();
    }
}
