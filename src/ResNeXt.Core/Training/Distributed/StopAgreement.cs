namespace ResNeXt.Core.Training.Distributed;

/// <summary>
/// Makes the processes of a group stop after the same step: if one is asked to, all of them are. Owns the tokens to stop by.
/// </summary>
/// <param name="cancellation">Cancels the training in this process.</param>
/// <param name="stop">Stops the training early in this process.</param>
internal sealed class StopAgreement(CancellationToken cancellation, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new(), _stop = new();

    /// <summary>What this process is asked for: 0 to go on, 1 to stop early, 2 to cancel.</summary>
    public byte Own => cancellation.IsCancellationRequested ? (byte)2 : stop.IsCancellationRequested ? (byte)1 : (byte)0;

    /// <summary>Canceled once the processes have agreed to cancel.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Canceled once the processes have agreed to stop early.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Applies what all processes were asked for.</summary>
    /// <param name="asked">The values of <see cref="Own"/> of all processes.</param>
    public void Agree(IEnumerable<byte> asked)
    {
        byte most = asked.Max();
        if (most == 2)
            _cancellation.Cancel();
        else if (most == 1)
            _stop.Cancel();
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _stop.Dispose();
    }
}
