using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ResNeXt.Tool.Help;

/// <summary>The help of a command, followed by what it is typed like.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    /// <summary>Gives every command of a tree such help.</summary>
    public static void Install(RootCommand root)
    {
        var action = new HelpWithExamples();
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
            option.Action = action;
    }

    /// <summary>True: help is shown whatever else is on the command line.</summary>
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
