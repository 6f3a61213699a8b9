using System.Runtime.ExceptionServices;

namespace ResNeXt.Core.Training.Distributed.Gradients;

/// <summary>
/// Moves transfers on while the caller computes: MPI sends and receives large messages only while it is called. Owns a thread, and lets only one
/// thread at a time use the transport.
/// </summary>
internal sealed class BackgroundProgress : IDisposable
{
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(1);

    private readonly Func<bool> _advance;
    private readonly Lock _transport = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private bool _isRunning;
    private volatile bool _isEnding;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts the thread, which sleeps until <see cref="Run"/>.</summary>
    /// <param name="advance">Moves the transfers on, and says whether all are complete.</param>
    public BackgroundProgress(Func<bool> advance)
    {
        _advance = advance;
        _thread = new Thread(Work) { IsBackground = true, Name = nameof(BackgroundProgress) };
        _thread.Start();
    }

    /// <summary>Uses the transport, and has the thread move transfers on afterwards, until they are complete or <see cref="Pause"/>.</summary>
    public void Run(Action use)
    {
        lock (_transport)
        {
            use();
            _isRunning = true;
        }
        _wake.Set();
    }

    /// <summary>Uses the transport while the thread does not.</summary>
    public T Use<T>(Func<T> use)
    {
        lock (_transport)
            return use();
    }

    /// <summary>Stops the thread until the next <see cref="Run"/>, and rethrows what went wrong in it.</summary>
    public void Pause()
    {
        ExceptionDispatchInfo? failure;
        lock (_transport)
        {
            _isRunning = false;
            failure = _failure;
        }
        failure?.Throw();
    }

    public void Dispose()
    {
        _isEnding = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _wake.WaitOne();
            while (!_isEnding && Advance())
                Thread.Sleep(BetweenCalls);
            if (_isEnding)
                return;
        }
    }

    // Whether there is more to do.
    private bool Advance()
    {
        lock (_transport)
        {
            if (!_isRunning)
                return false;
            try
            {
                _isRunning = !_advance();
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
                _isRunning = false;
            }
            return _isRunning;
        }
    }
}
