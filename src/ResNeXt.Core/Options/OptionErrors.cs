namespace ResNeXt.Core.Options;

/// <summary>Reports everything that is wrong with a set of options in one exception.</summary>
internal static class OptionErrors
{
    /// <summary>Throws if there is anything to report.</summary>
    /// <param name="errors">One sentence per option that is out of range: what was given and what is allowed.</param>
    /// <param name="introduction">What the sentences are about, ending in a colon; null for nothing.</param>
    /// <exception cref="ArgumentException">There is at least one; the message holds all of them.</exception>
    public static void ThrowIfAny(IEnumerable<string> errors, string? introduction = null)
    {
        string[] all = [.. errors];
        if (all.Length > 0)
            throw new ArgumentException(string.Join(" ", introduction is null ? all : [introduction, .. all]));
    }
}
