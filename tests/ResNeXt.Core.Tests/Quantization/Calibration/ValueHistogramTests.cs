using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Tests.Quantization.Calibration;

public sealed class ValueHistogramTests
{
    [Fact]
    public void Add_ValuesThatGrow_CountsThemWhereTheyAre()
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 20_000).Select(index => (random.NextSingle() - 0.3f) * index / 1000)];
        var histogram = new ValueHistogram();

        foreach (float[] batch in values.Chunk(500))
            histogram.Add(batch);

        Assert.Equal((values.Length, values.Min(), values.Max()), (histogram.Count, (float)histogram.Minimum, (float)histogram.Maximum));
        Assert.Equal(values.Length, histogram.Counts.ToArray().Sum());
        Assert.True(histogram.Limit < 4 * values.Max(Math.Abs));
        double width = histogram.Center(1) - histogram.Center(0);
        foreach (double border in new[] { -2.0, 0.5, 6 })
        {
            long below = Enumerable.Range(0, ValueHistogram.Bins).Where(bin => histogram.Center(bin) < border).Sum(bin => histogram.Counts[bin]);
            Assert.InRange(below, values.Count(value => value < border - width), values.Count(value => value < border + width));
        }
    }

    [Theory]
    [InlineData(1, 2, 5)]
    [InlineData(-1, -5, -2)]
    public void Add_ValuesOfOneSign_HaveARangeWithoutZero(int sign, float minimum, float maximum)
    {
        var histogram = new ValueHistogram();

        histogram.Add([sign * 2, sign * 5]);
        histogram.Add([sign * 3]);

        Assert.Equal((minimum, maximum), ((float)histogram.Minimum, (float)histogram.Maximum));
    }

    [Fact]
    public void Add_OnlyZeros_HasNoRange()
    {
        var histogram = new ValueHistogram();

        histogram.Add(new float[10]);
        histogram.Add(new float[10]);

        Assert.Equal((20, 0.0, 0.0), (histogram.Count, histogram.Minimum, histogram.Maximum));
        Assert.Equal(new ByteScale(1f / 255, 0), RangeSearch.Find(histogram, CalibrationMethod.Entropy, 99.99));
    }

    [Fact]
    public void Add_ZerosThenValues_KeepsBoth()
    {
        var histogram = new ValueHistogram();

        histogram.Add(new float[10]);
        histogram.Add([-3, 5]);

        Assert.Equal(12, histogram.Counts.ToArray().Sum());
        Assert.InRange(histogram.Limit, 5, 10);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Add_NoNumber_Throws(float value) => Assert.Throws<InvalidDataException>(() => new ValueHistogram().Add([1, value, 2]));
}
