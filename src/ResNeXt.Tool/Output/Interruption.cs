using System.Runtime.InteropServices;

namespace ResNeXt.Tool.Output;

/// <summary>Handles Ctrl+C and SIGTERM while a command runs: the first signal requests cancellation, the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    // Not disposed of, because a signal can arrive on another thread during disposal.
    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Handles signals until disposal.</summary>
    /// <param name="announcement">The message for the user after the first signal.</param>
    /// <param name="say">The action that shows the message; null for standard error.</param>
    public Interruption(string announcement, Action<string>? say = null)
    {
        say ??= Console.Error.WriteLine;
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            // After the second signal, the default action of the system follows.
            if (_requested.IsCancellationRequested)
                return;
            context.Cancel = true;
            say($"{announcement} Press Ctrl+C again to stop at once.");
            _requested.Cancel();
        }))];
    }

    /// <summary>The token that the first signal cancels.</summary>
    public CancellationToken Token => _requested.Token;

    /// <summary>Runs a function that throws <see cref="OperationCanceledException"/> when it is interrupted.</summary>
    /// <param name="work">The function to run.</param>
    /// <param name="outcome">A sentence that tells the user what the interruption leads to.</param>
    /// <exception cref="OperationCanceledException">The function was interrupted; the message is <paramref name="outcome"/>.</exception>
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
