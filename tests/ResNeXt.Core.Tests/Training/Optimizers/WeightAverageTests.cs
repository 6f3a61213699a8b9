using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.TorchRuntime;
using ResNeXt.Core.Training.Optimizers;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Training.Optimizers;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class WeightAverageTests
{
    private static readonly string[] Everything = ["conv1", "bn1", "layer1", "layer2", "fc"];

    [Fact]
    public void Add_AfterEveryStep_GivesTheAverageThatAHandComputes()
    {
        using ResidualNetwork network = SmallTraining.Network();
        using var average = new WeightAverage(network, Everything, decay: 0.25);
        double expected = network.GetWeights().Tensors["fc.weight"].Values.Span[0];
        for (int step = 0; step < 6; step++)
        {
            Set(network, step);
            using (no_grad())
                average.Add(step);
            double decay = Math.Min(0.25, (1.0 + step) / (10.0 + step));
            expected = decay * expected + (1 - decay) * step;
        }

        average.Swap();

        Assert.Equal(expected, network.GetWeights().Tensors["fc.weight"].Values.Span[0], 1e-5);
    }

    [Fact]
    public void Swap_Twice_GivesBackEveryBit()
    {
        using ResidualNetwork network = SmallTraining.Network();
        using var average = new WeightAverage(network, Everything, decay: 0.9);
        Set(network, 0.1f);
        using (no_grad())
            average.Add(0);
        StateDict before = network.GetWeights();

        average.Swap();
        Assert.Contains("fc.weight", SmallTraining.Changed(before, network.GetWeights()));
        average.Swap();

        SmallTraining.AssertSame(before, network.GetWeights());
    }

    [Fact]
    public void Swap_OfSomeParts_LeavesTheOthersAlone()
    {
        using ResidualNetwork network = SmallTraining.Network();
        using var average = new WeightAverage(network, ["fc"], decay: 0.9);
        StateDict before = network.GetWeights();
        Set(network, 0.1f);

        average.Swap();

        StateDict after = network.GetWeights();
        Assert.Equal(before.Tensors["fc.weight"].Values.ToArray(), after.Tensors["fc.weight"].Values.ToArray());
        Assert.NotEqual(before.Tensors["conv1.weight"].Values.ToArray(), after.Tensors["conv1.weight"].Values.ToArray());
        Assert.Equal(["average.fc.weight", "average.fc.bias"], average.State.Select(item => item.Name));
    }

    [Fact]
    public void Dispose_Always_FreesTheAveragesAndNotTheWeights()
    {
        using ResidualNetwork network = SmallTraining.Network();
        var average = new WeightAverage(network, Everything, decay: 0.9);
        Tensor[] averages = [.. average.State.Select(item => item.Value)];
        Assert.NotEmpty(averages);

        average.Dispose();

        Assert.All(averages, tensor => Assert.True(tensor.IsInvalid));
        Assert.NotEmpty(network.GetWeights().Tensors);
    }

    private static void Set(ResidualNetwork network, float value) => network.SetWeights(new(network.GetWeights().Tensors.Select(item =>
        KeyValuePair.Create(item.Key, new WeightTensor(item.Value.Shape, Enumerable.Repeat(value, item.Value.Values.Length).ToArray())))));
}
