using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.TorchRuntime;

namespace ResNeXt.Core.Tests.Training;

[TwoThreads]
[Collection(nameof(AloneCollection))]
public sealed class DeterminismTests
{
    [Fact]
    public void Train_Twice_GivesTheSameWeightsWithOneSeedAndOthersWithAnother()
    {
        StateDict first = SmallTraining.Train(SmallTraining.Options(SmallTraining.Recipe, seed: 5));

        SmallTraining.AssertSame(first, SmallTraining.Train(SmallTraining.Options(SmallTraining.Recipe, seed: 5)));
        Assert.Contains("fc.weight", SmallTraining.Changed(first, SmallTraining.Train(SmallTraining.Options(SmallTraining.Recipe, seed: 6))));
    }

    [Fact]
    public void Train_WithAnyNumberOfWorkers_GivesTheSameWeights()
    {
        StateDict Train(int workers) => SmallTraining.Train(SmallTraining.Options(SmallTraining.Recipe) with { Workers = workers });
        StateDict one = Train(1);

        SmallTraining.AssertSame(one, Train(2));
        SmallTraining.AssertSame(one, Train(5));
    }
}
