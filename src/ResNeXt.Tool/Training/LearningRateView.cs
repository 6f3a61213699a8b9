using ResNeXt.Core.Training.LearningRate;

namespace ResNeXt.Tool.Training;

/// <summary>
/// The interesting part of a learning-rate curve: the start, the fall and the first rise, without the steps in which the loss explodes.
/// </summary>
/// <param name="Points">The steps to show.</param>
/// <param name="LowestRate">The left end of the axis.</param>
/// <param name="HighestRate">The right end of the axis.</param>
/// <param name="LowestLoss">The lower end of the axis.</param>
/// <param name="HighestLoss">The upper end of the axis. Single losses may exceed it.</param>
internal sealed record LearningRateView(
    IReadOnlyList<LearningRatePoint> Points, double LowestRate, double HighestRate, double LowestLoss, double HighestLoss)
{
    // Margins as fractions of the fall of the smoothed loss: below for the scatter of single losses, above to make the rise visible.
    private const double Below = 0.25, Above = 0.35;

    // The smallest height, as a fraction of the loss, for curves that never fall.
    private const double LeastHeight = 0.1;

    /// <summary>Selects the part to show.</summary>
    /// <param name="points">All points, in the order of growing rates.</param>
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
