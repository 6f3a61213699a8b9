using System.Globalization;

namespace ResNeXt.Tests;

/// <summary>Numbers as in German until disposal: a decimal comma, points between thousands. Made by hand, because tests run without the data of real cultures.</summary>
internal sealed class CommaCulture : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public CommaCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        (culture.NumberFormat.PercentDecimalSeparator, culture.NumberFormat.NegativeSign) = (",", "\u2212");
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
