using ResNeXt.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels;

public sealed class ChannelsLastTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnext29_32x4d_cifar")]
    public void Apply_ToANetwork_ChangesStridesAndNothingElse(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new ResidualNetwork(Architectures.Get(name), 5, seed: 1);
        // In double precision, so that only a wrong result can differ: in single, batch normalization over four values magnifies rounding.
        network.to(ScalarType.Float64);
        using var generator = new Generator(2);
        Tensor images = empty([4, 3, 32, 32], ScalarType.Float64).normal_(0, 1, generator);
        (double[] logits, double[] gradient) = Step(network, images);
        Dictionary<string, float[]> weights = network.GetWeights().Tensors.ToDictionary(item => item.Key, item => item.Value.Values.ToArray());

        ChannelsLast.Apply(network);
        Tensor reordered = ChannelsLast.Copy(images);

        Assert.Equal([3072, 1, 96, 3], reordered.stride());
        Assert.Equal(images.data<double>().ToArray(), reordered.contiguous().data<double>().ToArray());
        (double[] logitsAfter, double[] gradientAfter) = Step(network, reordered);
        AssertClose(logits, logitsAfter);
        AssertClose(gradient, gradientAfter);
        Assert.All(network.GetWeights().Tensors.Where(item => !item.Key.Contains("running")), item =>
            Assert.Equal(weights[item.Key], item.Value.Values.ToArray()));
    }

    private static (double[] Logits, double[] Gradient) Step(ResidualNetwork network, Tensor images)
    {
        network.train();
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
            parameter.grad = null;
        Tensor logits = network.call(images);
        nn.functional.cross_entropy(logits, tensor(new long[] { 0, 1, 2, 3 })).backward();
        return (logits.data<double>().ToArray(), network.parameters().First().grad!.contiguous().data<double>().ToArray());
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        double largest = expected.Max(Math.Abs);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() <= 1e-10 * largest);
    }
}
