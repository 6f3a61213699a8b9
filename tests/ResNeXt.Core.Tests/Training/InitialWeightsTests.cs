using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;

namespace ResNeXt.Core.Tests.Training;

public sealed class InitialWeightsTests
{
    private static readonly Architecture Architecture = Architectures.Get("resnet20_cifar");

    [Fact]
    public void Load_OfAModelWithOtherClasses_KeepsTheHeadOfThoseItKnowsByName()
    {
        StateDict saved = Saved("cat", "dog", "eel");
        using var network = new ResidualNetwork(Architecture, 4, seed: 2);
        StateDict fresh = network.GetWeights();

        IReadOnlyList<string> notes = InitialWeights.Load(network, ["ant", "eel", "cat", "bee"], saved, "saved.zip");

        StateDict loaded = network.GetWeights();
        Assert.Equal(Values(saved, "layer3.2.conv2.weight"), Values(loaded, "layer3.2.conv2.weight"));
        Assert.Equal(Row(fresh, 0), Row(loaded, 0));
        Assert.Equal(Row(saved, 2), Row(loaded, 1));
        Assert.Equal(Row(saved, 0), Row(loaded, 2));
        Assert.Equal(Row(fresh, 3), Row(loaded, 3));
        Assert.Equal(Values(saved, "fc.bias")[2], Values(loaded, "fc.bias")[1]);
        Assert.Collection(notes,
            note => Assert.Contains("start fresh: ant, bee", note, StringComparison.Ordinal),
            note => Assert.Contains("left out: dog", note, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_OfAModelWithTheSameClassesInAnotherOrder_PutsTheHeadInOrder()
    {
        StateDict saved = Saved("cat", "dog");
        using var network = new ResidualNetwork(Architecture, 2, seed: 2);

        Assert.Empty(InitialWeights.Load(network, ["dog", "cat"], saved, "saved.zip"));

        Assert.Equal(Row(saved, 1), Row(network.GetWeights(), 0));
        Assert.Equal(Row(saved, 0), Row(network.GetWeights(), 1));
    }

    [Fact]
    public void Load_OfWeightsThatNameNoClasses_TakesAHeadOfTheSameSizeAsItIs()
    {
        using var other = new ResidualNetwork(Architecture, 3, seed: 1);
        StateDict saved = other.GetWeights();
        using var network = new ResidualNetwork(Architecture, 3, seed: 2);

        Assert.Empty(InitialWeights.Load(network, ["a", "b", "c"], saved, "weights.pth"));

        Assert.Equal(Values(saved, "fc.weight"), Values(network.GetWeights(), "fc.weight"));
    }

    private static StateDict Saved(params string[] classNames)
    {
        using var network = new ResidualNetwork(Architecture, classNames.Length, seed: 1);
        StateDict weights = network.GetWeights();
        return new StateDict(weights.Tensors, ModelMetadata.Describe(new ClassifierModel
        {
            Architecture = Architecture,
            Weights = weights,
            ClassNames = classNames,
            Shape = new(3, 32, 32),
        }));
    }

    private static float[] Values(StateDict weights, string name) => weights.Tensors[name].Values.ToArray();

    private static float[] Row(StateDict weights, int row) =>
        weights.Tensors["fc.weight"].Values.Slice(row * Architecture.FeatureCount, Architecture.FeatureCount).ToArray();
}
