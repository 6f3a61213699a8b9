using Quickenshtein;

namespace ResNeXt.Tool.Parsing;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary>"; did you mean A or B?", or a full stop where no name is near.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="names">What there is.</param>
    public static string For(string given, IEnumerable<string> names)
    {
        string[] nearest = Nearest(given, names);
        return nearest.Length == 0 ? "." : $"; did you mean {string.Join(" or ", nearest)}?";
    }

    /// <summary>The names that are as near as any, at most three; none where even these differ in more than a third of their letters.</summary>
    internal static string[] Nearest(string given, IEnumerable<string> names)
    {
        (string Name, int Distance)[] ranked = [.. names.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Distance: Distance(Bare(given), Bare(name))))
            .Where(item => item.Distance <= Math.Max(1, Bare(item.Name).Length / 3)).OrderBy(item => item.Distance)];
        return [.. ranked.TakeWhile(item => item.Distance == ranked[0].Distance).Take(3).Select(item => item.Name)];
    }

    // The same letters in another order, "tarin" for "train", are one slip.
    private static int Distance(string given, string name) =>
        given != name && given.Order().SequenceEqual(name.Order()) ? 1 : Levenshtein.GetDistance(given, name);

    // Of the dashes only the words count: they would make all options alike.
    private static string Bare(string name) => name.TrimStart('-').ToLowerInvariant();
}
