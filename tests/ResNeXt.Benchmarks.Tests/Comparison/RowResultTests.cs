using System.Text.Json;
using ResNeXt.Benchmarks.Comparison;

namespace ResNeXt.Benchmarks.Tests.Comparison;

public sealed class RowResultTests
{
    private static readonly Side Nobody = new("nobody", _ => throw new NotSupportedException());

    [Theory]
    [InlineData(false, 4, 2.0, true)]
    [InlineData(false, 3, 1.5, false)]
    [InlineData(true, 4, 2.0, false)]
    [InlineData(true, 3, 1.5, true)]
    public void IsMet_OfMedians_HoldsOnTheRightSideOfTheTarget(bool isLowerBetter, double ours, double ratio, bool isMet)
    {
        RowResult result = Result(isLowerBetter, target: 1.75, [ours, 100, 0.1], [2]);

        Assert.Equal(ratio, result.Ratio);
        Assert.Equal(isMet, result.IsMet);
    }

    [Fact]
    public void IsMet_WithoutOther_JudgesTheValue()
    {
        Assert.True(Result(isLowerBetter: true, target: 1.05, [1, 1.04, 1.2], []).IsMet);
        Assert.Null(Result(isLowerBetter: true, target: null, [1], []).IsMet);
    }

    [Fact]
    public void IsPeakMet_OfTheLargestPeaks_ComparesThem()
    {
        RowResult result = new(Row(false, null) with { PeakTarget = 1.2 },
            [new(1) { PeakMebibytes = 100 }, new(1) { PeakMebibytes = 250 }], [new(1) { PeakMebibytes = 200 }]);

        Assert.Equal(1.25, result.PeakRatio);
        Assert.False(result.IsPeakMet);
    }

    [Fact]
    public void Reports_OfRowsWithAndWithoutOther_NameValuesRatioAndParts()
    {
        RowResult[] results =
        [
            Result(false, 2, [5, 7, 6], [2]),
            new(Row(true, 1.05) with { Other = null }, [new(1.25) { PeakMebibytes = 10, Parts = new Dictionary<string, double> { ["first"] = 3 } }], []),
        ];

        string markdown = MarkdownReport.Of(results);
        using JsonDocument json = JsonDocument.Parse(JsonReport.Of(results, runs: 5));

        Assert.Contains("| 6 (5 to 7) | 2 (2 to 2) | 3.00 | at least 2.00 | yes |", markdown);
        Assert.Contains("| first | 3 (3 to 3) |", markdown);
        JsonElement row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal(3, row.GetProperty("ratio").GetDouble());
        Assert.Equal([5, 7, 6], row.GetProperty("ours").GetProperty("readings").EnumerateArray().Select(reading => reading.GetProperty("value").GetDouble()));
    }

    [Fact]
    public void Of_EvenNumberOfValues_TakesTheMeanOfTheMiddleTwo() => Assert.Equal(new Spread(2.5, 1, 4), Spread.Of([4, 1, 3, 2]));

    private static RowResult Result(bool isLowerBetter, double? target, double[] ours, double[] other) =>
        new(Row(isLowerBetter, target) with { Other = other.Length > 0 ? Nobody : null }, [.. ours.Select(Reading)], [.. other.Select(Reading)]);

    private static Reading Reading(double value) => new(value) { PeakMebibytes = 10 };

    private static ComparisonRow Row(bool isLowerBetter, double? target) =>
        new() { Name = "row", Work = "work", Unit = "unit", Ours = Nobody, Other = Nobody, IsLowerBetter = isLowerBetter, Target = target };
}
