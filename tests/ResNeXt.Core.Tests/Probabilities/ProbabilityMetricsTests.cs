using ResNeXt.Core.Probabilities;

namespace ResNeXt.Core.Tests.Probabilities;

public sealed class ProbabilityMetricsTests
{
    [Fact]
    public void Measure_OfFourImages_GivesTheFiguresOfAHandCalculation()
    {
        ProbabilityMetrics metrics = ProbabilityMetrics.Measure([([0.9f, 0.1f], 0), ([0.9f, 0.1f], 1), ([0.4f, 0.6f], 1), ([0.4f, 0.6f], 1)], bins: 10);

        // Two images with 0.9, of which one is right: 0.4; two with 0.6, both right: 0.4.
        Assert.Equal(0.4, metrics.ExpectedCalibrationError, 1e-6);
        Assert.Equal((0.02 + 1.62 + 0.32 + 0.32) / 4, metrics.BrierScore, 1e-6);
        Assert.Equal(4, metrics.Count);
        Assert.Equal(10, metrics.Bins.Length);
        Assert.Equal(2, metrics.Bins[8].Count);
        Assert.Equal(0.9, metrics.Bins[8].Confidence, 1e-6);
        Assert.Equal(0.5, metrics.Bins[8].Accuracy);
        Assert.Equal(2, metrics.Bins[5].Count);
    }

    [Fact]
    public void Measure_OfCertainAnswers_IsZeroIfRightAndLargestIfWrong()
    {
        ProbabilityMetrics right = ProbabilityMetrics.Measure([([1, 0], 0), ([0, 1], 1)]), wrong = ProbabilityMetrics.Measure([([1, 0], 1)]);

        Assert.Equal((0, 0), (right.ExpectedCalibrationError, right.BrierScore));
        Assert.Equal((1, 2), (wrong.ExpectedCalibrationError, wrong.BrierScore));
        Assert.Equal(1, wrong.Bins[^1].Count);
        Assert.Equal(15, wrong.Bins.Length);
    }

    [Fact]
    public void Measure_OfNoImage_IsZero()
    {
        ProbabilityMetrics none = ProbabilityMetrics.Measure([]);

        Assert.Equal((0, 0, 0), (none.Count, none.ExpectedCalibrationError, none.BrierScore));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Measure_OfAClassThatIsNotThere_Throws(int label) =>
        Assert.Contains("from 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => ProbabilityMetrics.Measure([([1, 0], label)])).Message);
}
