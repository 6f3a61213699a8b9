using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Comparison.Plain;

/// <summary>The networks as a good .NET developer writes them today: TorchSharp's modules one after the other, like torchvision's <c>resnet.py</c>.</summary>
internal static class PlainNetworks
{
    /// <summary>A network by the name that this repository gives it; 1000 classes, 10 for CIFAR.</summary>
    public static Module<Tensor, Tensor> Get(string architecture) => architecture switch
    {
        "resnet18" => ImageNet([2, 2, 2, 2], expansion: 1, Basic),
        "resnet50" => ImageNet([3, 4, 6, 3], PlainBottleneck.Expansion, Bottleneck(groups: 1, baseWidth: 64)),
        "resnext50_32x4d" => ImageNet([3, 4, 6, 3], PlainBottleneck.Expansion, Bottleneck(groups: 32, baseWidth: 4)),
        "resnet20_cifar" => Cifar([3, 3, 3]),
        _ => throw new ArgumentException($"There is no plain {architecture}.", nameof(architecture)),
    };

    private static Sequential ImageNet(int[] depths, int expansion, Func<long, long, long, Module<Tensor, Tensor>> block)
    {
        List<Module<Tensor, Tensor>> layers =
        [
            Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false), BatchNorm2d(64), ReLU(inplace: true), MaxPool2d(3, stride: 2, padding: 1),
            .. Stages(depths, 64, expansion, block),
            AdaptiveAvgPool2d(1), Flatten(), Linear((64 << (depths.Length - 1)) * expansion, 1000),
        ];
        return Sequential(layers);
    }

    private static Sequential Cifar(int[] depths)
    {
        List<Module<Tensor, Tensor>> layers =
        [
            Conv2d(3, 16, 3, padding: 1, bias: false), BatchNorm2d(16), ReLU(inplace: true),
            .. Stages(depths, 16, expansion: 1, CifarBasic),
            AdaptiveAvgPool2d(1), Flatten(), Linear(64, 10),
        ];
        return Sequential(layers);
    }

    private static IEnumerable<Module<Tensor, Tensor>> Stages(int[] depths, long width, int expansion, Func<long, long, long, Module<Tensor, Tensor>> block)
    {
        long inputs = width;
        for (int stage = 0; stage < depths.Length; stage++)
        {
            long planes = width << stage;
            for (int index = 0; index < depths[stage]; index++)
            {
                yield return block(inputs, planes, stage > 0 && index == 0 ? 2 : 1);
                inputs = planes * expansion;
            }
        }
    }

    private static Module<Tensor, Tensor> Basic(long inputs, long planes, long stride) =>
        new PlainBasicBlock(inputs, planes, stride, Projection(inputs, planes, stride));

    private static Module<Tensor, Tensor> CifarBasic(long inputs, long planes, long stride) =>
        new PlainBasicBlock(inputs, planes, stride, stride == 1 ? null : new PlainZeroPadding(planes - inputs));

    private static Func<long, long, long, Module<Tensor, Tensor>> Bottleneck(long groups, long baseWidth) => (inputs, planes, stride) =>
        new PlainBottleneck(inputs, planes, stride, groups, baseWidth, Projection(inputs, planes * PlainBottleneck.Expansion, stride));

    private static Sequential? Projection(long inputs, long outputs, long stride) => inputs == outputs && stride == 1
        ? null
        : Sequential(Conv2d(inputs, outputs, 1, stride: stride, bias: false), BatchNorm2d(outputs));
}
