using System.Globalization;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>Median and extremes of some readings.</summary>
/// <param name="Median">The middle one; of an even number the mean of the middle two.</param>
/// <param name="Smallest">The smallest.</param>
/// <param name="Largest">The largest.</param>
internal sealed record Spread(double Median, double Smallest, double Largest)
{
    /// <summary>Takes at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    public override string ToString() => $"{Short(Median)} ({Short(Smallest)} to {Short(Largest)})";

    private static string Short(double value) => value.ToString(Math.Abs(value) >= 100 ? "F0" : "G3", CultureInfo.InvariantCulture);
}
