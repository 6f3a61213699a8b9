using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.MLNet.Tests.Reports.Pages;

public sealed class ChartAxisTests
{
    [Theory]
    [InlineData(0, 2.3, 0, 2.5)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 0.0001, 0, 0.0001)]
    [InlineData(0, 1e9, 0, 1e9)]
    [InlineData(3, 3, 3, 4)]
    [InlineData(-0.7, 0.4, -1, 0.5)]
    public void Of_AnyRange_HasAFewRoundValuesAroundIt(double from, double to, double minimum, double maximum)
    {
        ChartAxis axis = ChartAxis.Of("", from, to);

        Assert.Equal(minimum, axis.Minimum, 1e-9);
        Assert.Equal(maximum, axis.Maximum, Math.Max(1e-9, maximum * 1e-9));
        Assert.InRange(axis.Ticks.Count, 2, 7);
        Assert.Equal(0, axis.Place(axis.Minimum), 1e-12);
        Assert.Equal(1, axis.Place(axis.Maximum), 1e-12);
    }
}
