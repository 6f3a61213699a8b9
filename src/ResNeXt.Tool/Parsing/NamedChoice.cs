using System.CommandLine;
using ResNeXt.Core;

namespace ResNeXt.Tool.Parsing;

/// <summary>Options whose value is one of several names. For a misspelled name, the nearest is suggested.</summary>
internal static class NamedChoice
{
    /// <summary>Creates the option <c>--arch</c>, whose value is the name of a network.</summary>
    public static Option<string?> Architecture(string description) =>
        new Option<string?>("--arch") { Description = description, HelpName = "NAME" }
            .Among(Architectures.All.Select(architecture => architecture.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Restricts an option to a set of names.</summary>
    /// <param name="option">The option to restrict.</param>
    /// <param name="names">The allowed names.</param>
    /// <param name="comparer">The comparer, which determines whether case matters.</param>
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

    /// <summary>Gets the message for an unknown name, with the nearest name and all known ones.</summary>
    public static string Unknown(string option, string given, IReadOnlyList<string> known) =>
        $"{option} is '{given}', which is unknown{Suggestion.For(given, known)} It must be one of {string.Join(", ", known)}.";
}
