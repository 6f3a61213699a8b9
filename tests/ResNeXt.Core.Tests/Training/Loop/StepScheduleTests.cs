using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training.Loop;

public sealed class StepScheduleTests
{
    private static readonly TrainingRecipe Recipe = new() { MaxEpochs = 4, GradientAccumulationSteps = 3, LearningRate = 0.1f };

    private static readonly TrainingPhase Phase = new(2, 3, new Dictionary<string, double>(), 1, 4, OnFeatures: false);

    [Fact]
    public void Steps_OfBatchesThatDoNotFillTheLastStep_EndWithTheEpoch()
    {
        var schedule = new StepSchedule(Recipe, Phase, batchesPerEpoch: 5);

        Assert.Equal([0, 0, 0, 1, 1], Enumerable.Range(0, 5).Select(schedule.StepOfEpoch));
        Assert.Equal([3, 3, 3, 2, 2], Enumerable.Range(0, 5).Select(schedule.BatchesInStep));
        Assert.Equal(3, schedule.StepOfPhase(epoch: 3, batch: 4));
    }

    [Fact]
    public void Rate_OfALaterPhase_FollowsTheScheduleFromItsFirstEpoch()
    {
        var schedule = new StepSchedule(Recipe, Phase, batchesPerEpoch: 5);

        Assert.Equal(Recipe.Schedule.Rate(5, 8, 0.1f), schedule.Rate(epoch: 3, batch: 4));
        Assert.Equal(Recipe.Schedule.Rate(7, 8, 0.1f), schedule.LastRate(epoch: 4));
    }
}
