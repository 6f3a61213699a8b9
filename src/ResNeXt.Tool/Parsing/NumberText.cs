using System.Globalization;
using System.Numerics;

namespace ResNeXt.Tool.Parsing;

/// <summary>Parses numbers on the command line: with a decimal point and without thousands separators, in every culture.</summary>
internal static class NumberText
{
    // White space around a number is allowed, because quoting and lists such as "0.5, 0.5, 0.5" can add it.
    private const NumberStyles Integer = NumberStyles.Integer, Real = NumberStyles.Float;

    /// <summary>Parses a finite number.</summary>
    /// <param name="text">The text to parse.</param>
    /// <param name="value">The number; 0 if the text is not valid.</param>
    /// <returns>Null if the text is valid, else the second half of a sentence that says what is allowed.</returns>
    public static string? Read<T>(string text, out T value) where T : struct, INumber<T>, IMinMaxValue<T>
    {
        bool isInteger = T.IsZero(T.One / (T.One + T.One));
        if (T.TryParse(text, isInteger ? Integer : Real, CultureInfo.InvariantCulture, out value) && T.IsFinite(value))
            return null;
        value = default;
        if (!isInteger)
            return IsReal(text) ? "it must be finite" : "give a number with a decimal point and no other separators, for example 0.01";
        return BigInteger.TryParse(text, Integer, CultureInfo.InvariantCulture, out _)
            ? FormattableString.Invariant($"it must be between {T.MinValue} and {T.MaxValue}")
            : "give a whole number in digits alone, without separators, for example 10";
    }

    private static bool IsReal(string text) => double.TryParse(text, Real, CultureInfo.InvariantCulture, out _);
}
