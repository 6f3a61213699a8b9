using ResNeXt.Benchmarks.Comparison.Plain;
using ResNeXt.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Tests.Comparison.Plain;

public sealed class PlainNetworksTests
{
    [Theory]
    [InlineData("resnet18", 1000, 64)]
    [InlineData("resnet50", 1000, 64)]
    [InlineData("resnext50_32x4d", 1000, 64)]
    [InlineData("resnet20_cifar", 10, 32)]
    public void Get_WithTheWeightsOfOurNetwork_ComputesTheSame(string architecture, int classes, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        using var ours = new ResidualNetwork(Architectures.Get(architecture), classes, seed: 1);
        using nn.Module<Tensor, Tensor> plain = PlainNetworks.Get(architecture);
        Tensor[] from = [.. ours.parameters()], to = [.. plain.parameters()];
        Assert.Equal(from.Select(tensor => tensor.shape), to.Select(tensor => tensor.shape));
        using (no_grad())
        {
            foreach ((Tensor source, Tensor target) in from.Zip(to))
                target.copy_(source);
            ours.eval();
            plain.eval();
            Tensor images = rand(2, 3, size, size, generator: new Generator(1));
            float[] expected = ours.call(images).data<float>().ToArray(), actual = plain.call(images).data<float>().ToArray();

            float largest = expected.Max(Math.Abs);
            Assert.True(largest > 0);
            Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - 1e-4f * largest, pair.First + 1e-4f * largest));
        }
    }

    [Fact]
    public void Get_UnknownNetwork_IsRefused() => Assert.Throws<ArgumentException>(() => PlainNetworks.Get("resnet1"));
}
