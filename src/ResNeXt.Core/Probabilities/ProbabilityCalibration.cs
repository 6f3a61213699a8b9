using static System.FormattableString;

namespace ResNeXt.Core.Probabilities;

/// <summary>What temperature scaling brings: a temperature, and the metrics of the probabilities without it and with it.</summary>
/// <remarks>
/// The temperature is fitted on all images. For <see cref="After"/> and <see cref="LogLossAfter"/>, so that they are no better than on new images,
/// each half of the images is scored with a temperature that was fitted on the other half.
/// </remarks>
public sealed record ProbabilityCalibration
{
    private ProbabilityCalibration()
    {
    }

    /// <summary>
    /// The number that divides all logits. Above 1 it makes the classifier less certain, below 1 more certain; the most probable class stays the
    /// same. 1 if no image is classified wrong, because then nothing can be fitted.
    /// </summary>
    public required double Temperature { get; init; }

    /// <summary>The metrics of the probabilities as trained.</summary>
    public required ProbabilityMetrics Before { get; init; }

    /// <summary>The metrics with temperature scaling.</summary>
    public required ProbabilityMetrics After { get; init; }

    /// <summary>The mean cross-entropy (natural logarithm) as trained.</summary>
    public required double LogLossBefore { get; init; }

    /// <summary>The mean cross-entropy (natural logarithm) with temperature scaling.</summary>
    public required double LogLossAfter { get; init; }

    /// <summary>Whether the temperature is part of the model.</summary>
    public bool IsApplied { get; init; }

    /// <summary>The temperature and the expected calibration errors as a sentence.</summary>
    public override string ToString() => Invariant($"Expected calibration error {Before.ExpectedCalibrationError:P1} as trained, ")
        + Invariant($"{After.ExpectedCalibrationError:P1} with temperature {Temperature:0.00}{(IsApplied ? ", which the model has" : "")}")
        + Invariant($" ({Before.Count} images).");

    /// <summary>Fits a temperature and measures what it brings.</summary>
    /// <param name="logits">The logits of each image, one per class.</param>
    /// <param name="labels">The index of the right class of each image.</param>
    internal static ProbabilityCalibration Measure(IReadOnlyList<float[]> logits, IReadOnlyList<int> labels)
    {
        int[] halves = [.. Enumerable.Range(0, logits.Count).Select(image => image % 2)];
        new Random(1).Shuffle(halves);
        double[] temperatures = [Fit(0), Fit(1)];
        (float[] Probabilities, int Label)[] before = [.. logits.Select((row, image) => Score(row, image, 1))];
        (float[] Probabilities, int Label)[] after = [.. logits.Select((row, image) => Score(row, image, temperatures[1 - halves[image]]))];
        return new()
        {
            Temperature = TemperatureScaling.Fit(logits, labels),
            Before = Metrics(before),
            After = Metrics(after),
            LogLossBefore = LogLoss(before),
            LogLossAfter = LogLoss(after),
        };

        double Fit(int half) => TemperatureScaling.Fit(
            [.. logits.Where((_, image) => halves[image] == half)], [.. labels.Where((_, image) => halves[image] == half)]);

        (float[] Probabilities, int Label) Score(float[] row, int image, double temperature) =>
            (TemperatureScaling.Probabilities(row, temperature), labels[image]);
    }

    private static ProbabilityMetrics Metrics((float[] Probabilities, int Label)[] images) =>
        ProbabilityMetrics.Measure(images.Select(image => ((IReadOnlyList<float>)image.Probabilities, image.Label)));

    // The smallest probability is ML.NET's, so that the figures compare.
    private static double LogLoss((float[] Probabilities, int Label)[] images) =>
        images.Length == 0 ? 0 : images.Average(image => -Math.Log(Math.Max(image.Probabilities[image.Label], 1e-15)));
}
