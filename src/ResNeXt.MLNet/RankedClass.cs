using System.Globalization;

namespace ResNeXt.MLNet;

/// <summary>A class with its score for one image.</summary>
/// <param name="Label">The name of the class.</param>
/// <param name="Score">The probability of the class, from 0 to 1.</param>
public sealed record RankedClass(string Label, float Score)
{
    /// <summary>The class and its score as text: <c>cat 97.3 %</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label} {Score * 100:F1} %");
}
