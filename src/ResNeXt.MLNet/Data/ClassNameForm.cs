using System.Text;

namespace ResNeXt.MLNet.Data;

/// <summary>Class names that look the same, but whose letters are written with different characters: NFC on most systems, NFD on older Macs.</summary>
internal static class ClassNameForm
{
    /// <summary>Why a name is not among others that show the same letters, to end a sentence; null where none does.</summary>
    public static string? Explain(string name, IEnumerable<string> known) =>
        known.FirstOrDefault(other => other != name && Composed(other) == Composed(name)) is null ? null
            : $"'{name}' is there with the same letters in another Unicode form (NFC against NFD): rename the folder so that both are the same";

    /// <summary>Names of which several show the same letters.</summary>
    public static IEnumerable<string> Twins(IEnumerable<string> names) => names.GroupBy(Composed, StringComparer.Ordinal).Where(group => group.Count() > 1)
        .Select(group => group.Key);

    // Normalize throws on text that is not valid.
    private static string Composed(string name) => name.EnumerateRunes().Contains(Rune.ReplacementChar) ? name : name.Normalize(NormalizationForm.FormC);
}
