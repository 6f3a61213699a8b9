using System.Text;

namespace ResNeXt.MLNet.Folders;

/// <summary>
/// Recognizes class names that look the same but have different Unicode forms: composed (NFC, on most systems) or decomposed (NFD, on older Macs).
/// </summary>
internal static class ClassNameForm
{
    /// <summary>Explains why a name is not among others that look the same, to end a sentence.</summary>
    /// <param name="name">The name.</param>
    /// <param name="known">The other names.</param>
    /// <returns>The explanation; null if no other name looks the same.</returns>
    public static string? Explain(string name, IEnumerable<string> known) =>
        known.FirstOrDefault(other => other != name && IsSame(other, name)) is null ? null
            : $"'{name}' is there with the same letters in another Unicode form (NFC against NFD): rename the folder so that both are the same";

    /// <summary>The names that look like another one, one of each group.</summary>
    /// <param name="names">The names.</param>
    public static IEnumerable<string> Twins(IEnumerable<string> names) => names.GroupBy(Decomposed, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => group.First());

    /// <summary>Whether two names look the same.</summary>
    /// <param name="name">A name.</param>
    /// <param name="other">Another name.</param>
    public static bool IsSame(string name, string other) => Decomposed(name) == Decomposed(other);

    // Normalize throws on text that is not valid Unicode.
    private static string Decomposed(string name) => name.EnumerateRunes().Contains(Rune.ReplacementChar) ? name
        : CanonicalPairs.Decompose(name.Normalize(NormalizationForm.FormD));
}
