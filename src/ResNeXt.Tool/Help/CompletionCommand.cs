using System.CommandLine;

using ResNeXt.Tool.Output;
namespace ResNeXt.Tool.Help;

/// <summary>The command <c>completion</c>, which prints a script that lets a shell complete commands and options.</summary>
internal static class CompletionCommand
{
    // The scripts call the tool with a directive of System.CommandLine: "[suggest:POSITION]" "LINE".
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bash"] = """
            _resnext() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(resnext "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _resnext resnext
            """,
        ["zsh"] = """
            _resnext() {
                local completions=("${(@f)$(resnext "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -a completions || _files
            }
            compdef _resnext resnext
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName resnext -ScriptBlock {
                param($word, $ast, $position)
                resnext "[suggest:$position]" "$ast" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    private static readonly Argument<string> Shell = new("SHELL") { Description = $"The shell: {string.Join(", ", Scripts.Keys)}." };

    public static Command Create()
    {
        var command = new Command("completion", "Prints a script that completes commands and options in a shell.") { Shell };
        command.SetAction(parsed =>
        {
            string shell = parsed.GetRequiredValue(Shell);
            Console.WriteLine(Scripts.TryGetValue(shell, out string? script)
                ? script
                : throw new ArgumentException($"The shell '{shell}' is unknown; the known ones are {string.Join(", ", Scripts.Keys)}."));
            return ExitCode.Done;
        });
        return command;
    }
}
