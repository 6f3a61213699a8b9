using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Tests.Weights;

public sealed class RealWeightsTests
{
    [SharedDataTheory]
    [InlineData("resnet20-12fca82f.th", "resnet20_cifar", 269_722)]
    [InlineData("resnet56-4bfd9763.th", "resnet56_cifar", 853_018)]
    public void Match_PublishedCheckpoint_FitsItsArchitecture(string file, string architecture, long parameters)
    {
        Architecture network = Architectures.Get(architecture);

        StateDictMatch match = StateDictMatcher.Match(network, 10, WeightFile.Read(SharedData.Path("data", "weights", file)), file);

        Assert.False(match.HeadLeftOut);
        Assert.Empty(match.Notes);
        Assert.Equal(network.Tensors(10).Select(tensor => tensor.Name), match.Weights.Tensors.Keys);
        Assert.Equal(parameters, network.Tensors(10).Where(tensor => !tensor.IsStatistic).Sum(tensor => match.Weights.Tensors[tensor.Name].Values.Length));
        Assert.All(match.Weights.Tensors, tensor => Assert.All(tensor.Value.Values.ToArray(), value => Assert.True(float.IsFinite(value))));
        Assert.All(match.Weights.Tensors.Where(tensor => tensor.Key.EndsWith("running_var", StringComparison.Ordinal)),
            tensor => Assert.All(tensor.Value.Values.ToArray(), value => Assert.True(value > 0)));
    }

    [SharedDataFact]
    public void Match_PublishedCheckpointOfOtherDepth_NamesTheArchitectureThatFits()
    {
        StateDict weights = WeightFile.Read(SharedData.Path("data", "weights", "resnet56-4bfd9763.th"));

        string message = Assert.Throws<InvalidDataException>(() => StateDictMatcher.Match(Architectures.Get("resnet50"), 10, weights, "mine.th")).Message;

        Assert.EndsWith("The file fits resnet56_cifar.", message, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void Match_FirstCheckpointOfTorchvisionMadeWhole_FitsWithEveryValue()
    {
        var published = new PublishedTar();
        Architecture network = Architectures.Get("resnet18");

        StateDictMatch match = StateDictMatcher.Match(network, 1000, Reading.Read(published.Whole()), "resnet18-5c106cde.pth");

        Assert.False(match.HeadLeftOut);
        Assert.Empty(match.Notes);
        Assert.Equal(62, network.Tensors(1000).Count(tensor => !tensor.IsStatistic && match.Weights.Tensors.ContainsKey(tensor.Name)));
        Assert.Equal(40, network.Tensors(1000).Count(tensor => tensor.IsStatistic && match.Weights.Tensors.ContainsKey(tensor.Name)));
        int compared = 0;
        foreach ((string name, long[] shape, float[] values) in published.Expected())
        {
            Assert.Equal(shape, match.Weights.Tensors[name].Shape.Select(dimension => (long)dimension));
            Assert.True(match.Weights.Tensors[name].Values.Span.SequenceEqual(values), name);
            compared++;
        }
        Assert.Equal(102, compared);
    }

    [SharedDataFact]
    public void Read_TruncatedCheckpoint_IsRefusedInOneSentence()
    {
        string path = SharedData.Path("data", "weights", "resnet18-5c106cde.TRUNCATED.pth");

        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Read(path)).Message;

        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("is cut off: it has 1048576 bytes and needs at least 46822653", message, StringComparison.Ordinal);
        Assert.Contains("Download it again.", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
