using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Onnx.Import.Making;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training;

public sealed class FoldedNormalizationTests
{
    [Fact]
    public void Measure_OfFoldedNetwork_KeepsWhatItComputesAndStartsTrainingThere()
    {
        StateDict folded = ForeignNetworks.ImportOf(ForeignNetworks.Write(ForeignNetworks.Basic, new("folded") { IsFolded = true })).Weights;
        using var network = new ResidualNetwork(ForeignNetworks.Basic, ForeignNetworks.Classes);
        network.SetWeights(folded);
        using Tensor images = randn([16, 3, 64, 64], generator: new Generator(3)), labels = zeros([16], ScalarType.Int64);
        network.eval();
        float[] before = Logits(network, images);

        Assert.True(FoldedNormalization.IsIn(network));
        FoldedNormalization.Measure(network, [new Batch(images.clone(), labels.clone())]);

        Assert.False(FoldedNormalization.IsIn(network));
        AssertClose(before, Logits(network, images));
        network.train();
        AssertClose(before, Logits(network, images));
    }

    [Fact]
    public void IsIn_FreshNetwork_IsFalse()
    {
        using var network = new ResidualNetwork(ForeignNetworks.Basic, ForeignNetworks.Classes);

        Assert.False(FoldedNormalization.IsIn(network));
    }

    private static float[] Logits(ResidualNetwork network, Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable grad = no_grad();
        return network.call(images).ToFloats();
    }

    private static void AssertClose(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * expected.Max(Math.Abs)));
}
