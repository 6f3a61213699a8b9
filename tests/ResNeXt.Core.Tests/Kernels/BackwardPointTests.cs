using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels;

/// <summary>The points at the borders of blocks, in a network.</summary>
public sealed class BackwardPointTests
{
    [Theory]
    [InlineData("basic")]
    [InlineData("bottleneck")]
    public void Mark_AtTheBlocksOfANetwork_IsReachedOnceTheGradientsOfAllLaterLayersAreComplete(string blocks)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new ResidualNetwork(blocks == "basic" ? SmallNetworks.ResNet : SmallNetworks.ResNeXt, 2, seed: 1);
        network.train();
        IReadOnlyList<Parameter>[] layers = [.. network.ParametersOfLayers];
        Dictionary<int, float[][]> seen = [];
        network.GradientsComplete = layer => seen.Add(layer, [.. layers.Skip(layer).SelectMany(Gradients)]);

        network.call(rand(4, 3, 16, 16)).square().sum().backward();

        Assert.Equal(network.Architecture.Depths.Sum(), seen.Count);
        Assert.Equal(seen.Keys.OrderDescending(), seen.Keys);
        foreach ((int layer, float[][] gradients) in seen)
            Assert.Equal(layers.Skip(layer).SelectMany(Gradients), gradients);
        Assert.Contains(seen[seen.Keys.Min()], gradient => gradient.Any(value => value != 0));
    }

    private static IEnumerable<float[]> Gradients(IReadOnlyList<Parameter> parameters) => parameters.Select(parameter => parameter.grad!.ToFloats());
}
