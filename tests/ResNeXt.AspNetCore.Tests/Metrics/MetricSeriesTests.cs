using System.Diagnostics.Metrics;
using System.Text;
using ResNeXt.AspNetCore.Metrics;

namespace ResNeXt.AspNetCore.Tests.Metrics;

public sealed class MetricSeriesTests
{
    [Fact]
    public void Write_OfAHistogram_HasCumulativeBucketsSumAndCount()
    {
        using var meter = new Meter("test");
        var series = new MetricSeries(meter.CreateHistogram("a.b", "s", "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] }));
        foreach (double value in (double[])[0.25, 0.5, 0.75, 2])
            series.Record(value, []);

        Assert.Equal("""
            # HELP a_b_seconds Time.
            # TYPE a_b_seconds histogram
            a_b_seconds_bucket{le="0.5"} 2
            a_b_seconds_bucket{le="1"} 3
            a_b_seconds_bucket{le="+Inf"} 4
            a_b_seconds_sum 3.5
            a_b_seconds_count 4

            """, Written(series), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Write_OfACounter_HasALinePerTagsWithSpecialCharactersEscaped()
    {
        using var meter = new Meter("test");
        var series = new MetricSeries(meter.CreateCounter<long>("n", "{image}", "Images."));
        Assert.Contains("n_total 0\n", Written(series), StringComparison.Ordinal);

        series.Record(2, [new("of.kind", "a\"b\\c\nd")]);
        series.Record(3, [new("of.kind", "a\"b\\c\nd")]);
        series.Record(1, [new("of.kind", "e")]);

        Assert.Equal("# HELP n_total Images.\n# TYPE n_total counter\nn_total{of_kind=\"a\\\"b\\\\c\\nd\"} 5\nn_total{of_kind=\"e\"} 1\n", Written(series));
    }

    private static string Written(MetricSeries series)
    {
        var text = new StringBuilder();
        series.Write(text);
        return text.ToString();
    }
}
