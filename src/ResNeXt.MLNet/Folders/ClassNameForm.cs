using System.Text;

namespace ResNeXt.MLNet.Folders;

/// <summary>
/// Class names that look the same, but whose letters are written with different characters: NFC on most systems, NFD on older Macs.
/// </summary>
internal static class ClassNameForm
{
    /// <summary>Why a name is not among others that show the same letters, to end a sentence; null where none does.</summary>
    public static string? Explain(string name, IEnumerable<string> known) =>
        known.FirstOrDefault(other => other != name && IsSame(other, name)) is null ? null
            : $"'{name}' is there with the same letters in another Unicode form (NFC against NFD): rename the folder so that both are the same";

    /// <summary>Names of which several show the same letters.</summary>
    public static IEnumerable<string> Twins(IEnumerable<string> names) => names.GroupBy(Decomposed, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => group.First());

    /// <summary>Whether two names show the same letters.</summary>
    public static bool IsSame(string name, string other) => Decomposed(name) == Decomposed(other);

    // Normalize throws on text that is not valid.
    private static string Decomposed(string name) => name.EnumerateRunes().Contains(Rune.ReplacementChar) ? name
        : CanonicalPairs.Decompose(name.Normalize(NormalizationForm.FormD));
}
