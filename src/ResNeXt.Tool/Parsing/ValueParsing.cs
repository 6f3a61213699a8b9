using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Tool.Parsing;

/// <summary>Sets the parser of every option according to its type, so that all options are parsed in the same way.</summary>
internal static class ValueParsing
{
    // Options are in static fields, so command trees that are created later share them.
    private static readonly HashSet<Symbol> Installed = [];

    /// <summary>Sets the parsers of a command and its subcommands. Options that already have one keep it.</summary>
    /// <exception cref="InvalidOperationException">An option has a type without a parser.</exception>
    public static void Install(RootCommand root)
    {
        Command[] commands = [root, .. root.Subcommands];
        lock (Installed)
        {
            foreach (Option option in commands.SelectMany(command => command.Options).Where(Installed.Add))
            {
                Install(option);
                option.Validators.Add(result => CheckGiven(option.Name, result));
            }
            foreach (Argument argument in commands.SelectMany(command => command.Arguments).Where(Installed.Add))
                argument.Validators.Add(result => CheckNoOption(argument.Name, result));
        }
    }

    /// <summary>Gets whether a text can be the value of an option: it is neither empty nor the name of another option.</summary>
    public static bool IsValue(string text, SymbolResult result) => !string.IsNullOrWhiteSpace(text) && !IsOption(text, result);

    private static void Install(Option option)
    {
        switch (option)
        {
            case Option<int> integer: integer.CustomParser = Number<int>; break;
            case Option<int?> integer: integer.CustomParser = result => Number<int>(result); break;
            case Option<uint> integer: integer.CustomParser = Number<uint>; break;
            case Option<float> real: real.CustomParser = Number<float>; break;
            case Option<float?> real: real.CustomParser = result => Number<float>(result); break;
            case Option<double> real: real.CustomParser = Number<double>; break;
            case Option<double?> real: real.CustomParser = result => Number<double>(result); break;
            case Option<Precision> choice: choice.CustomParser = Choice<Precision>; break;
            case Option<CalibrationMethod> choice: choice.CustomParser = Choice<CalibrationMethod>; break;
            default:
                if (option.ValueType != typeof(string) && option.ValueType != typeof(bool) && option.ValueType != typeof(void))
                    throw new InvalidOperationException($"The option {option.Name} is of the type {option.ValueType}, which {nameof(ValueParsing)} does not read.");
                break;
        }
    }

    private static T Number<T>(ArgumentResult result) where T : struct, INumber<T>, IMinMaxValue<T> => Read<T>(result, text => NumberText.Read(text, out T value) is { } expected
        ? (default, $"{expected}.")
        : (value, null));

    // Not Enum.TryParse, which also accepts numbers and comma-separated names.
    private static T Choice<T>(ArgumentResult result) where T : struct, Enum => Read<T>(result, text =>
        Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } known
            ? (Enum.Parse<T>(known), null)
            : (default, $"it must be one of {string.Join(", ", Enum.GetNames<T>())}{Suggestion.For(text, Enum.GetNames<T>())}"));

    private static T Read<T>(ArgumentResult result, Func<string, (T Value, string? Mistake)> read)
    {
        // A missing, repeated or empty value, and the name of an option, are reported elsewhere.
        if (result.Tokens is not [var token] || !IsValue(token.Value, result))
            return default!;
        (T value, string? mistake) = read(token.Value);
        if (mistake is not null)
            result.AddError($"{NameOf(result)} is '{token.Value}'; {mistake}");
        return value;
    }

    private static void CheckGiven(string name, SymbolResult result)
    {
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            if (string.IsNullOrWhiteSpace(text))
                result.AddError($"{name} is empty; give a value, or leave it out.");
        }
        CheckNoOption(name, result);
    }

    // An empty argument is one file of many that cannot be read, which is reported with the others.
    private static void CheckNoOption(string name, SymbolResult result)
    {
        foreach (string text in result.Tokens.Select(token => token.Value).Where(text => IsOption(text, result)))
            result.AddError($"{name} has no value: the option {text} follows it. Give one.");
    }

    private static string NameOf(ArgumentResult result) => (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;

    private static bool IsOption(string text, SymbolResult result)
    {
        SymbolResult? parent = result;
        while (parent is not null and not CommandResult)
            parent = parent.Parent;
        return parent is CommandResult { Command: var command } && command.Options.Any(option => option.Name == text || option.Aliases.Contains(text));
    }
}
