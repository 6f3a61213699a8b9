using System.Runtime.InteropServices;

namespace ResNeXt.Tool.Output;

/// <summary>
/// What surrounds every command: a console whose failures end nothing, and signals that end the process in an orderly way where the command does not
/// stop by itself (<see cref="Interruption"/>).
/// </summary>
internal sealed class CommandRun : IDisposable
{
    private static volatile bool _isPartial;

    private readonly TextWriter _outBefore = Console.Out, _errorBefore = Console.Error;
    private readonly LossyWriter _out, _error;
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Guards the console and handles signals until disposal.</summary>
    public CommandRun()
    {
        _isPartial = false;
        (_out, _error) = (new(_outBefore), new(_errorBefore));
        Console.SetOut(_out);
        Console.SetError(_error);
        _signals = [.. Interruption.Signals.Select(signal => PosixSignalRegistration.Create(signal, EndNow))];
    }

    /// <summary>Makes a command that succeeds end with <see cref="ExitCode.Partly"/>.</summary>
    public static void MarkPartial() => _isPartial = true;

    /// <summary>Gets the exit code of the process from that of the command.</summary>
    public int Complete(int exitCode)
    {
        Console.Out.Flush();
        if (_out.Failure is { } failure)
        {
            Console.Error.WriteLine($"Standard output does not take more text, so what was printed is incomplete: {failure.Message}");
            _isPartial = true;
        }
        return exitCode == ExitCode.Done && _isPartial ? ExitCode.Partly : exitCode;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        Console.SetOut(_outBefore);
        Console.SetError(_errorBefore);
    }

    // Environment.Exit deletes temporary files. Handlers that were registered later run first, so a command that stops by itself has set Cancel.
    private static void EndNow(PosixSignalContext context)
    {
        if (context.Cancel)
            return;
        context.Cancel = true;
        Console.Error.WriteLine("Interrupted.");
        Environment.Exit(ExitCode.Interrupted);
    }
}
