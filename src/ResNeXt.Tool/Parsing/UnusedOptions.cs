using System.CommandLine;

namespace ResNeXt.Tool.Parsing;

/// <summary>Refuses options that mean nothing beside the others, so that nobody believes that they had an effect.</summary>
internal static class UnusedOptions
{
    /// <summary>Throws if one of the options is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="reason">Why they have no effect, for example "the model in --model has its own".</param>
    /// <param name="options">The options that have no effect.</param>
    /// <exception cref="ArgumentException">Options are given; the message names them all.</exception>
    public static void Refuse(ParseResult parsed, string reason, params IEnumerable<Option> options)
    {
        string[] given = [.. options.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        if (given.Length > 0)
        {
            throw new ArgumentException(
                $"{string.Join(" and ", given)} {(given.Length == 1 ? "has" : "have")} no effect here: {reason}. Leave that out.");
        }
    }
}
