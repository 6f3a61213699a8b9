using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ResNeXt.Tool.Help;

/// <summary>Shows the help of a command, followed by examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    /// <summary>Adds examples to the help of all commands.</summary>
    public static void Install(RootCommand root)
    {
        var action = new HelpWithExamples();
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
            option.Action = action;
    }

    /// <summary>True, so that help is shown even if the command line has mistakes.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = _help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        foreach (string line in CommandExamples.Of(parseResult.CommandResult.Command))
            output.WriteLine(line);
        return exitCode;
    }
}
