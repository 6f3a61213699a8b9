using ResNeXt.Core.Training.LearningRate;

namespace ResNeXt.Tool.Training;

/// <summary>The part of a learning-rate curve that is worth looking at: the start, the fall and the first rise, without the steps in which the loss explodes.</summary>
/// <param name="Points">The steps to show.</param>
/// <param name="LowestRate">Left end.</param>
/// <param name="HighestRate">Right end.</param>
/// <param name="LowestLoss">Lower end.</param>
/// <param name="HighestLoss">Upper end; single losses may be above it.</param>
internal sealed record LearningRateView(
    IReadOnlyList<LearningRatePoint> Points, double LowestRate, double HighestRate, double LowestLoss, double HighestLoss)
{
    // Parts of the fall of the smoothed loss: room for the scatter of single losses, and for enough of the rise to see that there is one.
    private const double Below = 0.25, Above = 0.35;

    // A curve that never falls is shown with its scatter.
    private const double LeastHeight = 0.1;

    /// <summary>Chooses the part.</summary>
    /// <param name="points">The whole curve, rates growing.</param>
    public static LearningRateView Of(IReadOnlyList<LearningRatePoint> points)
    {
        if (points.Count < 2)
            return new(points, double.NaN, double.NaN, double.NaN, double.NaN);
        int bottom = Enumerable.Range(0, points.Count).MinBy(index => points[index].SmoothedLoss);
        double lowest = points[bottom].SmoothedLoss, start = points.Take(bottom + 1).Max(point => point.SmoothedLoss);
        double height = Math.Max(start - lowest, LeastHeight * start), top = start + Above * height;
        int shown = 1 + Enumerable.Range(bottom, points.Count - bottom).FirstOrDefault(index => points[index].SmoothedLoss > top, points.Count - 1);
        return new([.. points.Take(shown)], points[0].Rate, points[shown - 1].Rate, Math.Max(0, lowest - Below * height), top);
    }
}
