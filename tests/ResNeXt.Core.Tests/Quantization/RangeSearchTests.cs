using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Tests.Quantization;

public sealed class RangeSearchTests
{
    public static TheoryData<CalibrationMethod> Methods => [.. Enum.GetValues<CalibrationMethod>().Except([CalibrationMethod.Automatic])];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Find_ForValuesBehindAReLU_HasTheZeroPointZero(CalibrationMethod method)
    {
        ByteScale scale = RangeSearch.Find(Histogram(value => Math.Max(0, value)), method, 99.99);

        Assert.Equal(0, scale.ZeroPoint);
        Assert.True(scale.Scale > 0);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Find_ForValuesOfBothSigns_KeepsZeroExact(CalibrationMethod method)
    {
        ByteScale scale = RangeSearch.Find(Histogram(value => value), method, 99.99);

        Assert.Equal(0, scale.Dequantize(scale.Quantize(0)));
        Assert.InRange(scale.ZeroPoint, 100, 156);
    }

    [Theory]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    public void Find_WithOneOutlier_CutsItOff(CalibrationMethod method)
    {
        ValueHistogram values = Histogram(Math.Abs, outlier: 40);

        double covered = RangeSearch.Find(values, method, 99.9).Dequantize(255);

        Assert.InRange(covered, 2.5, 20);
        Assert.Equal(40, RangeSearch.Find(values, CalibrationMethod.MinimumMaximum, 99.9).Dequantize(255), 1e-4);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(99, 99)]
    [InlineData(98, 98)]
    [InlineData(95, 95)]
    public void Find_ByPercentile_CutsOffItsShareAtBothEnds(double percentile, double expected)
    {
        var histogram = new ValueHistogram();
        histogram.Add([.. Enumerable.Range(-50, 100).Select(value => value < 0 ? 2 * value : 2 * value + 2f)]);

        ByteScale scale = RangeSearch.Find(histogram, CalibrationMethod.Percentile, percentile);

        double last = 100 - 2 * (100 - expected);
        Assert.Equal(last, scale.Dequantize(255), 1.0);
        Assert.Equal(-last, scale.Dequantize(0), 1.0);
    }

    [Fact]
    public void Find_ByAutomatic_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RangeSearch.Find(Histogram(value => value), CalibrationMethod.Automatic, 99.99));

    [Fact]
    public void Find_ByMeanSquaredError_HasNoMoreErrorThanTheOthers()
    {
        var random = new Random(2);
        float[] values = [.. Enumerable.Range(0, 50_000).Select(_ => (float)(-Math.Log(1 - random.NextDouble())))];
        var histogram = new ValueHistogram();
        histogram.Add(values);
        double Error(CalibrationMethod method)
        {
            ByteScale scale = RangeSearch.Find(histogram, method, 99.99);
            return values.Average(value => Math.Pow(scale.Dequantize(scale.Quantize(value)) - value, 2));
        }

        double least = Error(CalibrationMethod.MeanSquaredError);

        Assert.All(Enum.GetValues<CalibrationMethod>().Except([CalibrationMethod.Automatic]), method =>
            Assert.True(least <= Error(method) * 1.001, $"{method}"));
    }

    [Fact]
    public void Of_ARangeWithMoreCutOff_DivergesMore()
    {
        ValueHistogram values = Histogram(Math.Abs);

        double[] divergences = [.. new[] { 4.0, 2, 1, 0.5 }.Select(maximum => RangeDivergence.Of(values, ByteScale.Covering(0, maximum)))];

        Assert.Equal(divergences.Order(), divergences);
        Assert.All(divergences, divergence => Assert.True(divergence >= 0));
    }

    // A normal distribution, cut at four deviations.
    private static ValueHistogram Histogram(Func<float, float> change, float? outlier = null)
    {
        var random = new Random(1);
        var histogram = new ValueHistogram();
        histogram.Add([.. Enumerable.Range(0, 50_000).Select(_ => change((float)Math.Clamp(
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), -4, 4))), .. outlier is { } value
                ? new[] { value } : []]);
        return histogram;
    }
}
