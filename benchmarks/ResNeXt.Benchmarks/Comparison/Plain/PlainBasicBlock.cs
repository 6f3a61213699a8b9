using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Comparison.Plain;

/// <summary>ResNet's block of two 3 x 3 convolutions, as torchvision writes it.</summary>
internal sealed class PlainBasicBlock : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> conv1, bn1, conv2, bn2, relu;
    private readonly Module<Tensor, Tensor>? downsample;

    public PlainBasicBlock(long inputs, long outputs, long stride, Module<Tensor, Tensor>? downsample)
        : base(nameof(PlainBasicBlock))
    {
        conv1 = Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false);
        bn1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, 3, padding: 1, bias: false);
        bn2 = BatchNorm2d(outputs);
        relu = ReLU(inplace: true);
        this.downsample = downsample;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = relu.call(bn1.call(conv1.call(input)));
        x = bn2.call(conv2.call(x));
        return relu.call(x + (downsample is null ? input : downsample.call(input)));
    }
}
