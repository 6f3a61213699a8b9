using System.Globalization;

namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>An axis of a chart: its range, and the values that are marked on it.</summary>
/// <param name="Title">What the axis shows.</param>
/// <param name="Minimum">The value at its beginning.</param>
/// <param name="Maximum">The value at its end.</param>
/// <param name="Ticks">The marked values.</param>
/// <param name="Format">The format of the marked values.</param>
internal sealed record ChartAxis(string Title, double Minimum, double Maximum, IReadOnlyList<double> Ticks, string Format)
{
    private const int MostSteps = 5;

    /// <summary>An axis from 0 to 1, in percent.</summary>
    public static ChartAxis Fraction(string title) => new(title, 0, 1, [0, 0.25, 0.5, 0.75, 1], "P0");

    /// <summary>An axis with at most six round values that include the given ones.</summary>
    /// <param name="title">What the axis shows.</param>
    /// <param name="from">The smallest value.</param>
    /// <param name="to">The largest value.</param>
    /// <param name="smallestStep">The smallest distance between two marked values.</param>
    public static ChartAxis Of(string title, double from, double to, double smallestStep = 0)
    {
        double step = Math.Max(smallestStep, RoundStep((to - from) / MostSteps, Math.Max(Math.Abs(from), Math.Abs(to))));
        double first = Math.Floor(from / step + 1e-9), last = Math.Max(first + 1, Math.Ceiling(to / step - 1e-9));
        double[] ticks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(index => (first + index) * step)];
        return new(title, ticks[0], ticks[^1], ticks, "G4");
    }

    /// <summary>A marked value as text.</summary>
    public string Text(double tick) => tick.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Where a value lies on the axis: 0 at its beginning, 1 at its end.</summary>
    public double Place(double value) => (value - Minimum) / (Maximum - Minimum);

    // The next larger one of 1, 2 and 5 times a power of ten.
    private static double RoundStep(double least, double magnitude)
    {
        if (!(least > magnitude * 1e-9))
            least = magnitude > 0 ? magnitude / MostSteps : 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return (least / power) switch
        {
            <= 1 + 1e-9 => power,
            <= 2 + 1e-9 => 2 * power,
            <= 5 + 1e-9 => 5 * power,
            _ => 10 * power,
        };
    }
}
