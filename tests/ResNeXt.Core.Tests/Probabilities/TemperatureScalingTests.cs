using ResNeXt.Core.Probabilities;

namespace ResNeXt.Core.Tests.Probabilities;

public sealed class TemperatureScalingTests
{
    private const int Classes = 4, Images = 4000;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void Fit_OfLogitsThatAreTooLargeByAFactor_FindsTheFactor(double factor)
    {
        (float[][] logits, int[] labels) = Draw(factor);

        Assert.Equal(factor, TemperatureScaling.Fit(logits, labels), 0.1 * factor);
    }

    [Fact]
    public void Measure_OfAnOverconfidentClassifier_HalvesTheCalibrationErrorAtLeast()
    {
        (float[][] logits, int[] labels) = Draw(factor: 3);

        var calibration = ProbabilityCalibration.Measure(logits, labels);

        Assert.InRange(calibration.After.ExpectedCalibrationError, 0, calibration.Before.ExpectedCalibrationError / 2);
        Assert.True(calibration.LogLossAfter < calibration.LogLossBefore);
        Assert.True(calibration.After.BrierScore < calibration.Before.BrierScore);
        Assert.Equal(Images, calibration.After.Count);
        Assert.Contains("temperature 3.", $"{calibration}".Replace("2.9", "3.", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OfImagesThatAreAllRight_LeavesTheProbabilities() =>
        Assert.Equal(1, TemperatureScaling.Fit([[2, 1], [0, 3]], [0, 1]));

    [Fact]
    public void Measure_OfNoImage_LeavesTheProbabilities() => Assert.Equal(1, ProbabilityCalibration.Measure([], []).Temperature);

    [Fact]
    public void Probabilities_OfLargeLogits_AreFiniteAndSumToOne()
    {
        float[] probabilities = TemperatureScaling.Probabilities([1000, 999, -1000], temperature: 0.5);

        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.Equal(1 / (1 + Math.Exp(-2)), probabilities[0], 1e-5);
    }

    // The label is drawn from the softmax of the logits, which are then multiplied.
    private static (float[][] Logits, int[] Labels) Draw(double factor)
    {
        var random = new Random(1);
        float[][] logits = [.. Enumerable.Range(0, Images).Select(_ => Enumerable.Range(0, Classes).Select(_ => random.NextSingle() * 6 - 3).ToArray())];
        int[] labels = [.. logits.Select(row =>
        {
            float[] probabilities = TemperatureScaling.Probabilities(row, 1);
            double drawn = random.NextDouble();
            int label = 0;
            for (; label < Classes - 1 && (drawn -= probabilities[label]) > 0; label++)
            {
            }
            return label;
        })];
        return ([.. logits.Select(row => Array.ConvertAll(row, value => (float)(value * factor)))], labels);
    }
}
