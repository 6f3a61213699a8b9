using ResNeXt.Core.Training;

namespace ResNeXt.Core.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void WarmUpCosine_OverAWholeRun_RisesThenFallsToNearlyNothing()
    {
        double[] rates = [.. Enumerable.Range(0, 200).Select(step => LearningRateSchedule.WarmUpCosine(step, 200, 0.4))];

        Assert.Equal(0.4 / 11, rates[0], 1e-12);
        Assert.Equal(0.4, rates[10], 1e-12);
        Assert.Equal(0.4, rates.Max(), 1e-12);
        Assert.Equal(rates[..11], rates[..11].Order());
        Assert.Equal(rates[10..], rates[10..].OrderDescending());
        Assert.Equal(0.2, rates[105], 1e-12);
        Assert.InRange(rates[^1], 0, 0.0001);
    }

    [Fact]
    public void WarmUpCosine_OfASingleStep_IsThePeak() => Assert.Equal(0.1, LearningRateSchedule.WarmUpCosine(0, 1, 0.1));
}
