using Spectre.Console;

namespace ResNeXt.Tool.Output;

/// <summary>Finds the terminal that the process writes to.</summary>
internal static class Terminal
{
    /// <summary>Gets the terminal; null if standard output is a file, a pipe, or a terminal that cannot move its cursor.</summary>
    public static IAnsiConsole? Find() => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true } ? AnsiConsole.Console : null;
}
