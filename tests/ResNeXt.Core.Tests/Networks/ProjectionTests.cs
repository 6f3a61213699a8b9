using ResNeXt.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;
using Convolution = ResNeXt.Core.Networks.Convolution;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>Projection shortcuts of narrow networks: a 1x1 convolution with stride 2 on few channels, which oneDNN differentiates wrongly where they lie last.</summary>
public sealed class ProjectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    public void Backward_OfAProjectionOnFewChannels_GivesTheProductsGradientsEveryTime(int channels)
    {
        Architecture architecture = Architectures.Get("resnet18") with { Name = "narrow", Depths = [1, 1], StemWidth = channels };
        using var network = new ResidualNetwork(architecture, classes: 2, seed: 1);
        ChannelsLast.Apply(network);
        Convolution projection = network.named_modules().Select(item => item.module).OfType<Convolution>()
            .Single(convolution => convolution.parameters().Single().shape is [_, _, 1, 1]);
        Assert.Equal(channels, projection.parameters().Single().size(1));

        for (int repeat = 0; repeat < 20; repeat++)
            AssertGradients(projection, channels);
    }

    private static void AssertGradients(Convolution projection, int channels)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor x = ChannelsLast.Copy(randn([3, channels, 8, 8], generator: generator)).requires_grad_(true), weight = projection.parameters().Single();
        weight.grad = null;

        Tensor y = projection.call(x);
        Tensor arriving = y.detach().cos();
        y.backward([arriving]);

        // Pixels are rows, channels are columns.
        Tensor Rows(Tensor maps) => maps.permute(0, 2, 3, 1).reshape(-1, maps.size(1)).to(ScalarType.Float64);
        Tensor picked = Rows(x.detach()[.., .., TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)]), matrix = weight.detach().view(-1, channels).to(ScalarType.Float64);
        Tensor gradients = Rows(x.grad![.., .., TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)]);
        AssertClose(picked.matmul(matrix.t()), Rows(y.detach()));
        AssertClose(Rows(arriving).t().matmul(picked), weight.grad!.view(-1, channels).to(ScalarType.Float64));
        AssertClose(Rows(arriving).matmul(matrix), gradients);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.True((expected - actual).abs().max().item<double>() <= 1e-5 * expected.abs().max().item<double>());
}
