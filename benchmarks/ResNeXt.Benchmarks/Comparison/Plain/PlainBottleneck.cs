using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Comparison.Plain;

/// <summary>The block of ResNet-50 and ResNeXt-50, as torchvision writes it.</summary>
internal sealed class PlainBottleneck : Module<Tensor, Tensor>
{
    public const int Expansion = 4;

    private readonly Module<Tensor, Tensor> conv1, bn1, conv2, bn2, conv3, bn3, relu;
    private readonly Module<Tensor, Tensor>? downsample;

    public PlainBottleneck(long inputs, long planes, long stride, long groups, long baseWidth, Module<Tensor, Tensor>? downsample)
        : base(nameof(PlainBottleneck))
    {
        long width = planes * baseWidth / 64 * groups;
        conv1 = Conv2d(inputs, width, 1, bias: false);
        bn1 = BatchNorm2d(width);
        conv2 = Conv2d(width, width, 3, stride: stride, padding: 1, groups: groups, bias: false);
        bn2 = BatchNorm2d(width);
        conv3 = Conv2d(width, planes * Expansion, 1, bias: false);
        bn3 = BatchNorm2d(planes * Expansion);
        relu = ReLU(inplace: true);
        this.downsample = downsample;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = relu.call(bn1.call(conv1.call(input)));
        x = relu.call(bn2.call(conv2.call(x)));
        x = bn3.call(conv3.call(x));
        return relu.call(x + (downsample is null ? input : downsample.call(input)));
    }
}
