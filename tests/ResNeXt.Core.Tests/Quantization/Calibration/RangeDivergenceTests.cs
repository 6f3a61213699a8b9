using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Tests.Quantization.Calibration;

/// <summary>Against the Kullback-Leibler divergence computed by hand.</summary>
public sealed class RangeDivergenceTests
{
    [Fact]
    public void Of_ValuesThatEachHaveALevel_IsZero() =>
        Assert.Equal(0, RangeDivergence.Of(Histogram(0.1f, 0.1f, 0.3f, 0.9f), new ByteScale(0.5f, 0)), 1e-12);

    [Fact]
    public void Of_TwoValuesOnOneLevel_SpreadsTheirMassEvenly() =>
        Assert.Equal(0.5 * Math.Log(0.5 / 0.375) + 0.25 * Math.Log(0.25 / 0.375),
            RangeDivergence.Of(Histogram(0.1f, 0.1f, 0.3f, 0.9f), new ByteScale(1, 0)), 1e-12);

    [Fact]
    public void Of_ValuesAboveTheRange_CountsThemAtItsLastValue() =>
        Assert.Equal(0.5 * Math.Log(0.5 / (2 / 3.0)) + 0.5 * Math.Log(0.5 / (1 / 3.0)),
            RangeDivergence.Of(Histogram(0.1f, 0.1f, 0.15f, 0.9f), ByteScale.Covering(0, 0.2)), 1e-12);

    [Fact]
    public void Of_ValuesBelowTheRange_CountsThemAtItsFirstValue() =>
        Assert.Equal(0.5 * Math.Log(0.5 / (2 / 3.0)) + 0.5 * Math.Log(0.5 / (1 / 3.0)),
            RangeDivergence.Of(Histogram(-0.1f, -0.1f, -0.15f, -0.9f), ByteScale.Covering(-0.2, 0)), 1e-12);

    // The last level of 0 to 0.255 holds values up to 0.2555.
    [Theory]
    [InlineData(0.2553f, 1)]
    [InlineData(-0.2553f, -1)]
    public void Of_ValuesWithinHalfAStepOfTheRange_AreInIt(float value, int sign) =>
        Assert.Equal(0, RangeDivergence.Of(Histogram(sign * 0.1f, sign * 0.2f, value, value), Covering(sign)), 1e-12);

    [Theory]
    [InlineData(0.2558f, 1)]
    [InlineData(-0.2558f, -1)]
    public void Of_ValuesBeyondHalfAStepOfTheRange_AreClipped(float value, int sign) =>
        Assert.Equal(0.75 * Math.Log(0.75 / 0.5) + 0.25 * Math.Log(0.25 / 0.5),
            RangeDivergence.Of(Histogram(sign * 0.1f, sign * 0.2f, value, value), Covering(sign)), 1e-12);

    [Fact]
    public void Of_ARangeWithoutAnyValue_IsInfinite() =>
        Assert.Equal(double.PositiveInfinity, RangeDivergence.Of(Histogram(5, 6), ByteScale.Covering(0, 1)));

    private static ByteScale Covering(int sign) => sign > 0 ? ByteScale.Covering(0, 0.255) : ByteScale.Covering(-0.255, 0);

    private static ValueHistogram Histogram(params float[] values)
    {
        var histogram = new ValueHistogram();
        histogram.Add(values);
        return histogram;
    }
}
