using System.Collections.Immutable;

namespace ResNeXt.Core.Probabilities;

/// <summary>How far the probabilities of a classifier can be relied on, measured on labeled images.</summary>
/// <remarks>
/// A classifier is well calibrated if, of the images that it is 80 % certain of, it classifies 80 % correctly.
/// </remarks>
public sealed record ProbabilityMetrics
{
    /// <summary>The number of intervals of equal width that probabilities are sorted into, unless another number is given.</summary>
    public const int DefaultBins = 15;

    private ProbabilityMetrics()
    {
    }

    /// <summary>The number of images.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// The expected calibration error (ECE): the difference between accuracy and mean confidence in an interval, averaged over all images. From 0,
    /// perfectly calibrated, to 1.
    /// </summary>
    public required double ExpectedCalibrationError { get; init; }

    /// <summary>
    /// The Brier score: the squared differences between the probabilities and 1 for the right class, 0 for the others, added up over the classes and
    /// averaged over the images. From 0, certain and right, to 2, certain and wrong.
    /// </summary>
    public required double BrierScore { get; init; }

    /// <summary>The intervals, from the lowest probability to the highest.</summary>
    public required ImmutableArray<CalibrationBin> Bins { get; init; }

    /// <summary>Measures probabilities.</summary>
    /// <param name="images">For each image the probability of every class, and the index of the right class. Enumerated once.</param>
    /// <param name="bins">The number of intervals of equal width; at least 1.</param>
    /// <returns>The metrics; with no image all of them are 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no interval, or a class is not among the probabilities.</exception>
    public static ProbabilityMetrics Measure(IEnumerable<(IReadOnlyList<float> Probabilities, int Label)> images, int bins = DefaultBins)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var counts = new int[bins];
        var right = new int[bins];
        var confidences = new double[bins];
        double squares = 0;
        foreach ((IReadOnlyList<float> probabilities, int label) in images)
        {
            if (label < 0 || label >= probabilities.Count)
                throw new ArgumentOutOfRangeException(nameof(images), label, $"A label must be from 0 to {probabilities.Count - 1}, the last class.");
            int best = 0;
            for (int index = 0; index < probabilities.Count; index++)
            {
                double difference = probabilities[index] - (index == label ? 1 : 0);
                squares += difference * difference;
                best = probabilities[index] > probabilities[best] ? index : best;
            }
            // An interval includes its upper end, as in Guo et al., 2017.
            int bin = Math.Clamp((int)MathF.Ceiling(probabilities[best] * bins) - 1, 0, bins - 1);
            counts[bin]++;
            right[bin] += best == label ? 1 : 0;
            confidences[bin] += probabilities[best];
        }
        int count = counts.Sum();
        return new()
        {
            Count = count,
            ExpectedCalibrationError = confidences.Zip(right, (confidence, hits) => Math.Abs(confidence - hits)).Sum() / Math.Max(1, count),
            BrierScore = squares / Math.Max(1, count),
            Bins = [.. counts.Select((inBin, bin) => inBin == 0
                ? new CalibrationBin(0, 0, 0)
                : new CalibrationBin(inBin, confidences[bin] / inBin, (double)right[bin] / inBin))],
        };
    }
}
