using System.Globalization;

namespace ResNeXt.MLNet;

/// <summary>A class and what a model gives it for one image.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Score">Its probability, 0 to 1.</param>
public sealed record RankedClass(string Label, float Score)
{
    /// <summary>For people: <c>cat 97.3 %</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label} {Score * 100:F1} %");
}
