using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>One transformation of form (a): a 1x1 and a 3x3 convolution of a few channels, and a 1x1 to all channels of the block's output.</summary>
internal sealed class AggregatedTransformation : Module<Tensor, Tensor>
{
    private readonly Convolution conv1;
    private readonly Module<Tensor, Tensor> bn1;
    private readonly Convolution conv2;
    private readonly Module<Tensor, Tensor> bn2;
    private readonly Convolution conv3;

    public AggregatedTransformation(BlockModules path) : base(path.Name)
    {
        conv1 = path.Convolution(nameof(conv1));
        bn1 = path.Normalization(nameof(bn1));
        conv2 = path.Convolution(nameof(conv2));
        bn2 = path.Normalization(nameof(bn2));
        conv3 = path.Convolution(nameof(conv3));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = bn1.Relu(conv1.call(x));
        y = bn2.Relu(conv2.call(y));
        return conv3.call(y).MoveToOuterDisposeScope();
    }
}
