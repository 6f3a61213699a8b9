using System.CommandLine;
using System.CommandLine.Parsing;

namespace ResNeXt.Tool.Parsing;

/// <summary>Describes the mistakes in a command line.</summary>
internal static class ParseMistakes
{
    /// <summary>Gets one sentence for each mistake; none if help or the version is requested.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (parsed.Action is { ClearsParseErrors: true })
            return [];
        Command command = parsed.CommandResult.Command;
        // If the command is unknown, everything after it is unknown too.
        if (command is RootCommand && parsed.UnmatchedTokens is [var name, ..] && !IsOption(name))
            return [$"There is no command '{name}'{Suggestion.For(name, Commands(command))} There are {string.Join(", ", Commands(command))}."];
        return [.. parsed.Errors.Where(error => !IsOfUnmatched(error, parsed)).Select(error => error.Message), .. UnknownOptions(parsed, command), .. TakenForArguments(parsed, command)];
    }

    // System.CommandLine reports only that these are unknown. The code below also suggests what was probably meant.
    private static bool IsOfUnmatched(ParseError error, ParseResult parsed) =>
        error.SymbolResult is CommandResult && parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));

    private static IEnumerable<string> UnknownOptions(ParseResult parsed, Command command)
    {
        bool followsUnknownOption = false;
        foreach (string token in parsed.UnmatchedTokens)
        {
            if (IsOption(token))
                yield return UnknownOption(token, command);
            else if (!followsUnknownOption)
                yield return $"'{token}' belongs to no option.";
            followsUnknownOption = IsOption(token) || followsUnknownOption;
        }
    }

    // A command with file arguments takes everything that is not one of its options as a file, even a misspelled option. After "--" everything is a
    // file.
    private static IEnumerable<string> TakenForArguments(ParseResult parsed, Command command)
    {
        int literal = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        Token[] before = [.. parsed.Tokens.Take(literal)];
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens)
            .Where(token => IsOption(token.Value) && before.Contains(token) && !Path.Exists(token.Value))
            .Select(token => UnknownOption(token.Value, command));
    }

    private static string UnknownOption(string token, Command command)
    {
        string name = token.Split('=', ':')[0];
        string where = command is RootCommand ? $"without a command ({string.Join(", ", Commands(command))})" : $"for {command.Name}";
        return $"There is no option {name} {where}{Suggestion.For(name, command.Options.Select(option => option.Name))}";
    }

    private static bool IsOption(string token) => token is ['-', _, ..];

    private static IEnumerable<string> Commands(Command root) => root.Subcommands.Select(command => command.Name);
}
