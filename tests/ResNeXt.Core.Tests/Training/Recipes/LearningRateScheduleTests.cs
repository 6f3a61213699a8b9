using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training.Recipes;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Rate_OfCosine_RisesThenFallsToNearlyNothing()
    {
        double[] rates = Rates(LearningRateSchedule.Cosine, 4000);

        Assert.Equal(0.4 / 201, rates[0], 1e-12);
        Assert.Equal(200, Array.IndexOf(rates, rates.Max()));
        Assert.Equal(0.4, rates.Max(), 1e-12);
        Assert.Equal(rates[..201], rates[..201].Order());
        Assert.Equal(rates[200..], rates[200..].OrderDescending());
        Assert.Equal(0.2, rates[2100], 1e-12);
        Assert.InRange(rates[^1], 0, 0.0001);
    }

    [Theory]
    [InlineData(40, 10)]
    [InlineData(1000, 100)]
    [InlineData(10_000, 500)]
    public void Rate_OfCosine_WarmsUpOverAHundredStepsButAtMostAQuarter(int steps, int warmUp)
    {
        double[] rates = Rates(LearningRateSchedule.Cosine with { MaximumRise = null }, steps);

        Assert.Equal(warmUp, Array.IndexOf(rates, rates.Max()));
    }

    [Fact]
    public void Rate_OfStep_FallsToATenthAtHalfAndAgainAtThreeQuarters()
    {
        double[] rates = Rates(LearningRateSchedule.Step, 100);

        Assert.All(rates[..50], rate => Assert.Equal(0.4, rate, 1e-12));
        Assert.All(rates[50..75], rate => Assert.Equal(0.04, rate, 1e-9));
        Assert.All(rates[75..], rate => Assert.Equal(0.004, rate, 1e-9));
    }

    [Fact]
    public void Rate_OfOneCycle_PeaksAtThirtyPercentBetweenSmallerOnes()
    {
        double[] rates = Rates(LearningRateSchedule.OneCycle with { MaximumRise = null }, 1000);

        Assert.Equal(300, Array.IndexOf(rates, rates.Max()));
        Assert.Equal(0.4, rates.Max(), 1e-12);
        Assert.InRange(rates[0], 0.4 / 25, 0.4 / 24);
        Assert.Equal(rates[..301], rates[..301].Order());
        Assert.Equal(rates[300..], rates[300..].OrderDescending());
        Assert.InRange(rates[^1], 0, 0.0001);
    }

    [Fact]
    public void Rate_OfConstant_NeverChanges() => Assert.All(Rates(LearningRateSchedule.Constant, 50), rate => Assert.Equal(0.4, rate));

    [Fact]
    public void Rate_OfTriangular_RisesForAFifthOfTheStepsAndFallsInALine()
    {
        double[] rates = Rates(LearningRateSchedule.Triangular, 1000);

        Assert.Equal(0.4 / 201, rates[0], 1e-12);
        Assert.Equal(0.4, rates[200], 1e-12);
        Assert.Equal(0.2, rates[600], 1e-12);
        Assert.Equal(0.4 / 800, rates[^1], 1e-12);
    }

    [Fact]
    public void Rate_OfStepWithAWarmUpAndOneMilestone_RisesAndFallsOnce()
    {
        double[] rates = Rates(new() { Kind = ScheduleKind.Step, WarmupFraction = 0.2f, MaximumRise = null, Milestones = [0.6f], StepFactor = 0.5f }, 1000);

        Assert.Equal(0.4 / 201, rates[0], 1e-12);
        Assert.Equal(0.4 * 200 / 201, rates[199], 1e-12);
        Assert.All(rates[200..600], rate => Assert.Equal(0.4, rate, 1e-12));
        Assert.All(rates[601..], rate => Assert.Equal(0.2, rate, 1e-12));
    }

    [Fact]
    public void Rate_InAShortTraining_RisesNoFasterThanAllowed()
    {
        double[] rates = Rates(LearningRateSchedule.Cosine, 40);

        Assert.All(rates.Index(), rate => Assert.InRange(rate.Item, 0, 0.002 * (rate.Index + 1) + 1e-7));
        Assert.Equal(0.002 * 20, rates[19], 1e-7);
        Assert.InRange(rates.Max(), 0.04, 0.07);
        Assert.InRange(rates[^1], 0, 0.002);
    }

    [Fact]
    public void Rate_OfASingleStep_IsThePeakWithoutAWarmUp() => Assert.All(
        new[] { LearningRateSchedule.Step, LearningRateSchedule.Constant, LearningRateSchedule.Cosine with { MaximumRise = null } },
        schedule => Assert.Equal(0.1, schedule.Rate(0, 1, 0.1), 1e-12));

    public static TheoryData<LearningRateSchedule, string> Impossible => new()
    {
        { new() { Kind = (ScheduleKind)99 }, "Kind is 99" },
        { new() { WarmupFraction = -0.1f }, "WarmupFraction is -0.1" },
        { new() { WarmupFraction = 1 }, "WarmupFraction is 1" },
        { new() { MaximumRise = 0 }, "MaximumRise is 0" },
        { new() { MaximumRise = float.PositiveInfinity }, "null for no limit" },
        { new() { StepFactor = 0 }, "StepFactor is 0" },
        { new() { StepFactor = 1.1f }, "StepFactor is 1.1" },
        { new() { Milestones = [0, 0.5f] }, "Milestones are 0, 0.5" },
        { new() { Milestones = [0.5f, 1] }, "Milestones are 0.5, 1" },
        { new() { Milestones = [0.75f, 0.5f] }, "Milestones are 0.75, 0.5; they must ascend" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void GetValidationErrors_BeyondARange_NameTheSetting(LearningRateSchedule schedule, string mention) =>
        Assert.Contains(mention, Assert.Single(schedule.GetValidationErrors()));

    [Fact]
    public void GetValidationErrors_AtTheEndsOfTheRanges_AreNone()
    {
        Assert.Empty(new LearningRateSchedule { WarmupFraction = 0, MaximumRise = float.Epsilon, StepFactor = float.Epsilon, Milestones = [] }.GetValidationErrors());
        Assert.Empty(new LearningRateSchedule { WarmupFraction = 0.99f, StepFactor = 1, Milestones = [0.01f, 0.5f, 0.99f] }.GetValidationErrors());
    }

    private static double[] Rates(LearningRateSchedule schedule, int steps) =>
        [.. Enumerable.Range(0, steps).Select(step => schedule.Rate(step, steps, 0.4))];
}
