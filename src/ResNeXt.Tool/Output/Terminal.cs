using Spectre.Console;

namespace ResNeXt.Tool.Output;

/// <summary>The terminal that the process writes to.</summary>
internal static class Terminal
{
    /// <summary>The terminal; null where standard output is a file, a pipe or a terminal that cannot move its cursor.</summary>
    public static IAnsiConsole? Find() => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true } ? AnsiConsole.Console : null;
}
