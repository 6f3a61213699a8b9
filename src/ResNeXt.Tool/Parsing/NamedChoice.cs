using System.CommandLine;
using ResNeXt.Core;

namespace ResNeXt.Tool.Parsing;

/// <summary>Options whose value is one of some names; what is misspelt is answered with the nearest one.</summary>
internal static class NamedChoice
{
    /// <summary>An option that names a network.</summary>
    public static Option<string?> Architecture(string description) =>
        new Option<string?>("--arch") { Description = description, HelpName = "NAME" }
            .Among(Architectures.All.Select(architecture => architecture.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Restricts an option to names.</summary>
    /// <param name="option">The option.</param>
    /// <param name="names">The names.</param>
    /// <param name="comparer">Whether case matters.</param>
    public static TOption Among<TOption>(this TOption option, IEnumerable<string> names, StringComparer comparer) where TOption : Option
    {
        string[] known = [.. names];
        option.CompletionSources.Add(known);
        option.Validators.Add(result =>
        {
            foreach (string given in result.Tokens.Select(token => token.Value).Where(given => ValueParsing.IsValue(given, result) && !known.Contains(given, comparer)))
                result.AddError(Unknown(option.Name, given, known));
        });
        return option;
    }

    /// <summary>Says that a name is unknown, which is near, and which there are.</summary>
    public static string Unknown(string option, string given, IReadOnlyList<string> known) =>
        $"{option} is '{given}', which is unknown{Suggestion.For(given, known)} It must be one of {string.Join(", ", known)}.";
}
