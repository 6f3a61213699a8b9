using ResNeXt.Core.Training.Recipes;
using static System.FormattableString;

namespace ResNeXt.Core.Training.LearningRate;

/// <summary>How the loss of a network changes while the learning rate grows, and the rate that this suggests.</summary>
/// <remarks>
/// At the smallest rates the loss stays where it starts, then it falls, and at the largest ones it rises again. The proposal is half of the rate at
/// which the smoothed loss is lowest: an estimate of the highest rate of a schedule, to try first and to train with its double and its half beside it.
/// A tenth of the lowest point, another usual choice, is meant for rates that stay constant.
/// </remarks>
public sealed class LearningRateCurve
{
    private const double PartOfLowest = 0.5;

    // A fall that noise does not explain: the scatter of single losses at the start, where nothing is learned yet, and a part of the loss itself.
    private const double LeastFallInScatters = 1, LeastFall = 0.02;

    internal LearningRateCurve(IReadOnlyList<LearningRatePoint> points, LearningRateRange range)
    {
        Points = points;
        int atStart = range.Steps / 10;
        if (points.Count <= atStart)
        {
            Verdict = Invariant($"No learning rate can be proposed: the loss exploded within {points.Count + 1} steps, at the rate {range.Rate(points.Count):G2}. Check the images and the weights to start from.");
            return;
        }
        LearningRatePoint lowest = points.MinBy(point => point.SmoothedLoss);
        double start = points.Take(atStart).Average(point => point.Loss);
        double scatter = Math.Sqrt(points.Take(atStart).Average(point => Math.Pow(point.Loss - start, 2)));
        if (start - lowest.SmoothedLoss < Math.Max(LeastFallInScatters * scatter, LeastFall * start))
        {
            Verdict = Invariant($"No learning rate can be proposed: between {points[0].Rate:G2} and {points[^1].Rate:G2} the loss never falls clearly below the {start:G3} that it starts from. ")
                + "Check that the labels belong to the images, or try other rates, larger batches or more steps; weights that know the images already have nothing to learn.";
            return;
        }
        ProposedRate = PartOfLowest * lowest.Rate;
        Verdict = Invariant($"The proposed learning rate is {ProposedRate:G2}, half of the rate at which the smoothed loss was lowest ({lowest.SmoothedLoss:G3}, from {start:G3} at the start).");
    }

    /// <summary>The steps, rates growing. The curve ends early where the loss exploded.</summary>
    public IReadOnlyList<LearningRatePoint> Points { get; }

    /// <summary>The proposal for <see cref="TrainingRecipe.LearningRate"/>; null where the loss never falls, see <see cref="Verdict"/>.</summary>
    public double? ProposedRate { get; }

    /// <summary>The proposal, or why there is none and what to do, in words.</summary>
    public string Verdict { get; }
}
