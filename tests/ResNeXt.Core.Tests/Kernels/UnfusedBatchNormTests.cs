using ResNeXt.Core.Kernels.FusedNorm;
using ResNeXt.Core.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels;

public sealed class UnfusedBatchNormTests
{
    [Fact]
    public void Compute_InTraining_GivesTheBitsOfTheModule()
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d normalization = nn.BatchNorm2d(5), module = nn.BatchNorm2d(5);
        Tensor first = (arange(4 * 5 * 3 * 3, ScalarType.Float32).reshape(4, 5, 3, 3) / 7).sin(), second = first.cos();

        Assert.Equal(Values(module.call(first)), Values(UnfusedBatchNorm.Compute(normalization, first)));
        Assert.Equal(Values(module.call(second)), Values(UnfusedBatchNorm.Compute(normalization, second)));
        Assert.Equal(Values(module.running_mean!), Values(normalization.running_mean!));
        Assert.Equal(Values(module.running_var!), Values(normalization.running_var!));
        Assert.Equal(2, normalization.num_batches_tracked!.to(ScalarType.Int64).item<long>());
    }

    // TorchSharp's counts batches with a number that it does not keep.
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet20_cifar")]
    public void Forward_InTraining_NeverCallsTheModule(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new ResidualNetwork(Architectures.Get(name), classes: 2);
        int calls = 0;
        foreach (BatchNorm2d normalization in network.modules().OfType<BatchNorm2d>())
        {
            normalization.register_forward_pre_hook((_, input) =>
            {
                calls++;
                return input;
            });
        }

        network.train();
        network.call(ones(2, 3, 32, 32)).sum().backward();
        Assert.Equal(0, calls);
        network.eval();
        network.call(ones(2, 3, 32, 32));
        Assert.True(calls > 0);
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();
}
