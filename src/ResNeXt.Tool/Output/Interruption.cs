using System.Runtime.InteropServices;

namespace ResNeXt.Tool.Output;

/// <summary>
/// Handles Ctrl+C, SIGTERM and the closing of the terminal (SIGHUP) while a command runs: the first signal requests cancellation, the second ends the
/// process at once. Without it, the first signal ends the process (<see cref="CommandRun"/>).
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>The signals that interrupt a command.</summary>
    public static IReadOnlyList<PosixSignal> Signals { get; } = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    // Not disposed of, because a signal can arrive on another thread during disposal.
    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _signals;
    private bool _isRequested;

    /// <summary>Handles signals until disposal.</summary>
    /// <param name="announcement">The message for the user after the first signal.</param>
    /// <param name="say">The action that shows the message; null for standard error.</param>
    public Interruption(string announcement, Action<string>? say = null)
    {
        say ??= Console.Error.WriteLine;
        _signals = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            // The second signal is left to CommandRun.
            if (Interlocked.Exchange(ref _isRequested, true))
                return;
            context.Cancel = true;
            try
            {
                // Before the cancellation: the command's own words about its end come last.
                say($"{announcement} Press Ctrl+C again to stop at once.");
            }
            finally
            {
                _requested.Cancel();
            }
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
        catch (Exception exception) when (_requested.IsCancellationRequested && IsCancellation(exception))
        {
            throw new OperationCanceledException(outcome, exception, _requested.Token);
        }
    }

    // If ML.NET reads rows ahead, it wraps their exceptions.
    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException || (exception.InnerException is { } inner && IsCancellation(inner));

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
    }
}
