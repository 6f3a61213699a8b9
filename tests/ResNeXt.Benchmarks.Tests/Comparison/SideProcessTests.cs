using ResNeXt.Benchmarks.Comparison;

namespace ResNeXt.Benchmarks.Tests.Comparison;

public sealed class SideProcessTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Measure_OfASideThatTrains_AnswersEveryRoundFromOneProcess()
    {
        ComparisonRow row = Comparisons.All.Single(row => row.Name == "resnet20-float32");
        using SideProcess side = SideProcess.Start(row, ours: true, folder: "");

        Reading[] readings = [side.Measure(), side.Measure()];

        Assert.All(readings, reading => Assert.True(reading is { Value: > 0, PeakMebibytes: > 0 }));
        Assert.True(readings[0].PeakMebibytes <= readings[1].PeakMebibytes);
    }
}
