using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training.Recipes;

public sealed class TrainingPhaseTests
{
    private static readonly string[][] Parts = [["conv1", "bn1"], ["layer1"], ["layer2"], ["fc"]];

    [Fact]
    public void Of_WithoutFineTuning_IsOnePhaseInWhichEverythingLearnsAlike()
    {
        TrainingPhase phase = Assert.Single(TrainingPhase.Of(new() { MaxEpochs = 7 }, Parts));

        Assert.Equal((1, 7, 1, 7, false), (phase.FirstEpoch, phase.End, phase.ScheduleFirstEpoch, phase.ScheduleEpochs, phase.OnFeatures));
        Assert.Equal(["bn1", "conv1", "fc", "layer1", "layer2"], phase.RateFactors.Keys.Order());
        Assert.All(phase.RateFactors.Values, rate => Assert.Equal(1, rate));
    }

    [Fact]
    public void Of_FineTuningAllAtOnce_FreezesAndThenLowersTheRatePerStage()
    {
        IReadOnlyList<TrainingPhase> phases = Of(9, new() { FrozenEpochs = 3, UnfrozenRate = 0.5f, RatePerStage = 0.1f });

        Assert.Equal([(1, 3, 1, 3, true), (4, 9, 4, 6, false)], phases.Select(Bounds));
        Assert.Equal(["fc"], phases[0].RateFactors.Keys);
        Assert.Equal(1, phases[0].RateFactors["fc"]);
        AssertRates(phases[1], ("fc", 0.5), ("layer2", 0.05), ("layer1", 0.005), ("conv1", 0.0005), ("bn1", 0.0005));
    }

    [Fact]
    public void Of_FineTuningStageByStage_AddsOnePartAfterTheOtherUnderOneSchedule()
    {
        IReadOnlyList<TrainingPhase> phases =
            Of(10, new() { FrozenEpochs = 1, EpochsPerStage = 2, UnfrozenRate = 1, RatePerStage = 0.5f, CacheFeatures = false });

        Assert.Equal([(1, 1, 1, 1, false), (2, 3, 2, 9, false), (4, 5, 2, 9, false), (6, 10, 2, 9, false)], phases.Select(Bounds));
        AssertRates(phases[1], ("fc", 1), ("layer2", 0.5));
        AssertRates(phases[2], ("fc", 1), ("layer2", 0.5), ("layer1", 0.25));
        AssertRates(phases[3], ("fc", 1), ("layer2", 0.5), ("layer1", 0.25), ("conv1", 0.125), ("bn1", 0.125));
    }

    [Fact]
    public void Of_FineTuningWithTooFewEpochsForAllStages_EndsWithTheRecipe() =>
        Assert.Equal([(1, 1, 1, 1, true), (2, 4, 2, 4, false), (5, 5, 2, 4, false)],
            Of(5, new() { FrozenEpochs = 1, EpochsPerStage = 3 }).Select(Bounds));

    [Fact]
    public void Of_FineTuningAllEpochsFrozen_IsOnePhase() => Assert.Equal([(1, 4, 1, 4, true)], Of(4, new() { FrozenEpochs = 4 }).Select(Bounds));

    [Fact]
    public void Of_AnyPlan_CoversEveryEpochOnceAndStaysInItsSchedule()
    {
        foreach (int epochs in Enumerable.Range(1, 12))
        foreach (int? frozen in Enumerable.Range(1, epochs).Select(count => (int?)count).Append(null))
        foreach (int perStage in Enumerable.Range(0, 5))
        {
            IReadOnlyList<TrainingPhase> phases = Of(epochs, new() { FrozenEpochs = frozen, EpochsPerStage = perStage });

            Assert.Equal(Enumerable.Range(1, epochs), phases.SelectMany(phase => Enumerable.Range(phase.FirstEpoch, phase.Epochs)));
            Assert.All(phases, phase =>
            {
                Assert.InRange(phase.FirstEpoch, phase.ScheduleFirstEpoch, phase.End);
                Assert.InRange(phase.End, phase.FirstEpoch, phase.ScheduleFirstEpoch + phase.ScheduleEpochs - 1);
            });
        }
    }

    private static IReadOnlyList<TrainingPhase> Of(int epochs, FineTuning plan) =>
        TrainingPhase.Of(new() { MaxEpochs = epochs, FineTuning = plan }, Parts);

    private static (int First, int End, int ScheduleFirst, int ScheduleEpochs, bool OnFeatures) Bounds(TrainingPhase phase) =>
        (phase.FirstEpoch, phase.End, phase.ScheduleFirstEpoch, phase.ScheduleEpochs, phase.OnFeatures);

    private static void AssertRates(TrainingPhase phase, params (string Name, double Rate)[] expected)
    {
        Assert.Equal(expected.Select(item => item.Name), phase.RateFactors.Keys);
        Assert.All(expected, item => Assert.Equal(item.Rate, phase.RateFactors[item.Name], 1e-7));
    }
}
