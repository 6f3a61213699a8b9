using ResNeXt.Core.Training.Recipes;
using static System.FormattableString;

namespace ResNeXt.Core.Training.LearningRate;

/// <summary>The loss of a network as the learning rate grows, and the learning rate that the curve suggests.</summary>
/// <remarks>
/// At the smallest rates the loss stays where it starts; then it falls, and at the largest rates it rises again. The proposal is half of the rate at
/// which the smoothed loss is lowest. It estimates the highest rate of a schedule: train with it first, then with twice and with half that rate.
/// A tenth of the lowest point, another usual choice, is meant for constant learning rates.
/// </remarks>
public sealed class LearningRateCurve
{
    private const double PartOfLowest = 0.5;

    // A fall counts if it exceeds both the scatter of single losses at the start, where nothing is learned yet, and a part of the loss itself.
    private const double LeastFallInScatters = 1, LeastFall = 0.02;

    internal LearningRateCurve(IReadOnlyList<LearningRatePoint> points, LearningRateRange range)
    {
        Points = points;
        int atStart = range.Steps / 10;
        if (points.Count <= atStart)
        {
            Verdict = Invariant($"No learning rate can be proposed: the loss exploded within {points.Count + 1} steps, ")
                + Invariant($"at the rate {range.Rate(points.Count):G2}. Check the images and the weights to start from.");
            return;
        }
        LearningRatePoint lowest = points.MinBy(point => point.SmoothedLoss);
        double start = points.Take(atStart).Average(point => point.Loss);
        double scatter = Math.Sqrt(points.Take(atStart).Average(point => Math.Pow(point.Loss - start, 2)));
        if (start - lowest.SmoothedLoss < Math.Max(LeastFallInScatters * scatter, LeastFall * start))
        {
            Verdict = Invariant($"No learning rate can be proposed: between {points[0].Rate:G2} and {points[^1].Rate:G2} ")
                + Invariant($"the loss never falls clearly below the {start:G3} that it starts from. Check that the labels belong to the images, ")
                + "or try other rates, larger batches or more steps; weights that know the images already have nothing to learn.";
            return;
        }
        ProposedRate = PartOfLowest * lowest.Rate;
        Verdict = Invariant($"The proposed learning rate is {ProposedRate:G2}, half of the rate at which the smoothed loss was lowest ")
            + Invariant($"({lowest.SmoothedLoss:G3}, from {start:G3} at the start).");
    }

    /// <summary>The steps, in the order of growing rates. The curve ends early if the loss exploded.</summary>
    public IReadOnlyList<LearningRatePoint> Points { get; }

    /// <summary>The proposal for <see cref="TrainingRecipe.LearningRate"/>; null if the loss never falls, see <see cref="Verdict"/>.</summary>
    public double? ProposedRate { get; }

    /// <summary>The proposal in words, or why there is none and what to do.</summary>
    public string Verdict { get; }
}
