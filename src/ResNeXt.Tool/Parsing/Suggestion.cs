using Quickenshtein;

namespace ResNeXt.Tool.Parsing;

/// <summary>Suggests names for a misspelled one.</summary>
internal static class Suggestion
{
    /// <summary>Gets the end of a sentence: "; did you mean A or B?", or a period if no name is similar.</summary>
    /// <param name="given">The misspelled name.</param>
    /// <param name="names">The known names.</param>
    public static string For(string given, IEnumerable<string> names)
    {
        string[] nearest = Nearest(given, names);
        return nearest.Length == 0 ? "." : $"; did you mean {string.Join(" or ", nearest)}?";
    }

    /// <summary>Gets the nearest names, at most three; none if they differ in more than a third of their letters.</summary>
    internal static string[] Nearest(string given, IEnumerable<string> names)
    {
        (string Name, int Distance)[] ranked = [.. names.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Distance: Distance(Bare(given), Bare(name))))
            .Where(item => item.Distance <= Math.Max(1, Bare(item.Name).Length / 3)).OrderBy(item => item.Distance)];
        return [.. ranked.TakeWhile(item => item.Distance == ranked[0].Distance).Take(3).Select(item => item.Name)];
    }

    // The same letters in another order, such as "tarin" for "train", count as one mistake.
    private static int Distance(string given, string name) =>
        given != name && given.Order().SequenceEqual(name.Order()) ? 1 : Levenshtein.GetDistance(given, name);

    // Leading dashes are ignored, because they would make all options similar.
    private static string Bare(string name) => name.TrimStart('-').ToLowerInvariant();
}
