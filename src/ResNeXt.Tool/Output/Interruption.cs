using System.Runtime.InteropServices;

namespace ResNeXt.Tool.Output;

/// <summary>Ctrl+C or SIGTERM while a command works: the first asks the work to end, the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    // Not disposed of: a signal may arrive on its own thread while the registrations end.
    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Watches until disposal.</summary>
    /// <param name="announcement">What to tell the user when it is asked for.</param>
    /// <param name="say">Tells the user; null for standard error.</param>
    public Interruption(string announcement, Action<string>? say = null)
    {
        say ??= Console.Error.WriteLine;
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            // The second time the system does what it does by default.
            if (_requested.IsCancellationRequested)
                return;
            context.Cancel = true;
            say($"{announcement} Press Ctrl+C again to stop at once.");
            _requested.Cancel();
        }))];
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _requested.Token;

    /// <summary>Does work that ends with <see cref="OperationCanceledException"/> when interrupted.</summary>
    /// <param name="work">The work.</param>
    /// <param name="outcome">What an interruption leads to, in a sentence for the user.</param>
    /// <exception cref="OperationCanceledException">It was interrupted; the message is <paramref name="outcome"/>.</exception>
    public T Run<T>(Func<T> work, string outcome)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException exception) when (_requested.IsCancellationRequested)
        {
            throw new OperationCanceledException(outcome, exception, _requested.Token);
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
    }
}
