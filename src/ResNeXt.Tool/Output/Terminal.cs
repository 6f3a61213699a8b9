using Spectre.Console;

namespace ResNeXt.Tool.Output;

/// <summary>Finds the terminal that the process writes to.</summary>
internal static class Terminal
{
    /// <summary>Gets the terminal; null if standard output is a file, a pipe, or a terminal that cannot move its cursor.</summary>
    public static IAnsiConsole? Find() => !Console.IsOutputRedirected && Output() is { Profile.Capabilities: { Interactive: true, Ansi: true } } terminal ? terminal : null;

    /// <summary>Gets standard output, whether it is a terminal or not. Unlike <c>AnsiConsole.Console</c>, it follows <c>Console.SetOut</c>.</summary>
    public static IAnsiConsole Output() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });

    /// <summary>Makes one line of a text: names of files and classes may have line breaks, and control characters that would command the terminal.</summary>
    public static string Line(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
