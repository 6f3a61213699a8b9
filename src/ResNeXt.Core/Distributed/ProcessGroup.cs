using System.Diagnostics;
using System.Text;
using ResNeXt.Core.Distributed.Mpi;
using ResNeXt.Core.Distributed.Transports;
using static System.FormattableString;

namespace ResNeXt.Core.Distributed;

/// <summary>
/// The processes that train one network together, on one machine or on many, as <c>mpirun</c> or <c>srun</c> started them. Every process runs the
/// same program; its rank tells it apart. Give the group to the options of a training, in every process.
/// </summary>
/// <remarks>A process that no launcher of MPI started is a group of its own, and nothing is loaded for it.</remarks>
public sealed class ProcessGroup : IDisposable
{
    // Tags are numbers below 32768 in any MPI; that of failures comes first.
    private const int Tags = 32767;

    // That of messages which only some of the processes exchange, so that they cannot be numbered. Messages of the same number arrive in order.
    private const int SharedTag = Tags;

    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private readonly ITransport? _transport;
    private readonly TransferWait? _wait;
    private readonly GroupMember[] _members;
    private int _lastTag = FailureMessage.Tag;
    private bool _isDisposed;

    private ProcessGroup() => _members = [GroupMember.Own(0)];

    internal ProcessGroup(ITransport transport, TimeSpan? timeLimit = null)
    {
        _transport = transport;
        TimeLimit = timeLimit ?? DefaultTimeLimit;
        _members = [.. Enumerable.Range(0, transport.Size).Select(GroupMember.Unknown)];
        _wait = new(transport, _members, TimeLimit);
        byte[][] members = AllGather(Encoding.UTF8.GetBytes(GroupMember.Own(transport.Rank).ToText()));
        _members = [.. members.Select((text, rank) => GroupMember.Parse(rank, Encoding.UTF8.GetString(text)))];
        _wait = new(transport, _members, TimeLimit);
    }

    /// <summary>How long one exchange may take if nothing else is said: ten minutes.</summary>
    public static TimeSpan DefaultTimeLimit { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The rank of this process, from 0. Rank 0 reports progress, and saves checkpoints and models.</summary>
    public int Rank => _transport?.Rank ?? 0;

    /// <summary>The number of processes.</summary>
    public int Size => _transport?.Size ?? 1;

    /// <summary>What connects the processes, for people, such as <c>Open MPI v4.1.4</c>; null if there is only one.</summary>
    public string? Description => _transport?.Description;

    /// <summary>How long this process waits for the others in one exchange, before it ends the training.</summary>
    public TimeSpan TimeLimit { get; } = DefaultTimeLimit;

    /// <summary>Whether a process has failed, so that the group cannot be used any more.</summary>
    public bool HasFailed => Failure is not null;

    /// <summary>The first failure that this process knows of; null while there is none.</summary>
    internal FailureMessage? Failure { get; private set; }

    /// <summary>
    /// Joins the processes that a launcher of MPI started (<c>mpirun</c>, <c>mpiexec</c>, <c>srun</c>), and waits for them. To be called once in a
    /// process.
    /// </summary>
    /// <param name="timeLimit">
    /// How long to wait for the others in one exchange. It must exceed the time that rank 0 takes to write a checkpoint, and the time by which the
    /// processes start apart. Null for <see cref="DefaultTimeLimit"/>.
    /// </param>
    /// <returns>The group; of one process if no launcher of MPI started it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time limit is not above 0.</exception>
    /// <exception cref="DllNotFoundException">The MPI of the launcher is not installed; the message says what to do.</exception>
    /// <exception cref="InvalidOperationException">
    /// MPI is in use in this process already, is not the launcher's, or allows calls by a single thread only.
    /// </exception>
    /// <exception cref="IOException">MPI cannot be initialized, or cannot send or receive; the message has its reason.</exception>
    /// <exception cref="RankFailedException">Another process does not answer.</exception>
    public static ProcessGroup JoinMpi(TimeSpan? timeLimit = null)
    {
        if (timeLimit is { } limit)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeLimit));
        if (Launcher.Find(Environment.GetEnvironmentVariable) is not { } launcher)
            return new ProcessGroup();
        MpiTransport transport = MpiTransport.Start(launcher);
        try
        {
            return new ProcessGroup(transport, timeLimit);
        }
        catch
        {
            transport.Abandon();
            transport.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Tells the other processes that this one cannot go on. Each ends what it does with the group by a <see cref="RankFailedException"/>, instead of
    /// waiting for this process until the time limit. Trainings do this themselves; call it for failures around them.
    /// </summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void ReportFailure(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Tell(new(Rank, IsReported: true, Invariant($"{_members[Rank]} failed: {reason}")));
    }

    /// <summary>Tells the other processes like <see cref="ReportFailure(string)"/>, also of an exception without a message.</summary>
    internal void ReportFailure(Exception exception) =>
        ReportFailure(string.IsNullOrWhiteSpace(exception.Message) ? $"{exception.GetType().Name}." : exception.Message);

    /// <summary>Leaves the group. If no process has failed, waits until all have come here.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _transport?.Dispose();
    }

    /// <summary>Exchanges one message of every process, of any length.</summary>
    /// <param name="message">The message of this process.</param>
    /// <returns>The messages in the order of ranks, the same in every process.</returns>
    internal byte[][] AllGather(ReadOnlySpan<byte> message)
    {
        if (Size == 1)
            return [message.ToArray()];
        byte[][] lengths = AllGather(BitConverter.GetBytes(message.Length), _ => sizeof(int));
        return AllGather(message, rank => BitConverter.ToInt32(lengths[rank]));
    }

    /// <summary>Exchanges one message of each of the first processes, of the same length.</summary>
    /// <param name="participants">The number of processes, from rank 0; this one is among them, and the others do not call this.</param>
    /// <param name="message">The message of this process.</param>
    internal byte[][] GatherAmong(int participants, ReadOnlySpan<byte> message)
    {
        int length = message.Length;
        return participants == 1 ? [message.ToArray()] : Gather(message, _ => length, participants, SharedTag);
    }

    /// <summary>Exchanges one message of every process, of the same length.</summary>
    /// <param name="message">The message of this process.</param>
    internal byte[][] AllGatherEqual(ReadOnlySpan<byte> message)
    {
        int length = message.Length;
        return Size == 1 ? [message.ToArray()] : AllGather(message, _ => length);
    }

    /// <summary>Copies bytes of rank 0 to all processes.</summary>
    /// <param name="bytes">What rank 0 sends, and the memory for it in the others.</param>
    internal void Broadcast(Span<byte> bytes)
    {
        if (Size == 1)
            return;
        int tag = NextTag();
        NativeBuffer buffer = NativeBuffer.Of(bytes);
        Wait(Rank == 0
            ? [.. Others().Select(rank => StartSend(rank, tag, buffer.Address, buffer.Length))]
            : [StartReceive(0, tag, buffer.Address, buffer.Length)]);
        buffer.Bytes.CopyTo(bytes);
        // Not after a failure, because the transport may still use it.
        buffer.Dispose();
    }

    /// <summary>The next number of a message. All processes ask for them in the same order.</summary>
    internal int NextTag() => _lastTag = _lastTag % (Tags - 1) + 1;

    /// <summary>The ranks of the other processes.</summary>
    internal IEnumerable<int> Others() => Enumerable.Range(0, Size).Where(rank => rank != Rank);

    /// <summary>Finds a process on this machine that has died, without waiting.</summary>
    /// <returns>The failure; null if there is none, and after this process has left the group: the others may have ended then.</returns>
    internal RankFailedException? FindDeath() =>
        !_isDisposed && Array.Find(_members, member => member.Rank != Rank && member.HasDied()) is { } dead ? TransferWait.Death(dead) : null;

    /// <summary>The name of a process in messages.</summary>
    internal string NameOf(int rank) => $"{_members[rank]}";

    /// <summary>Starts to send memory that stays as it is until the transfer is complete.</summary>
    internal ITransfer StartSend(int rank, int tag, nint address, int bytes) => Guarded(() => Transport().StartSend(rank, tag, address, bytes));

    /// <summary>Starts to receive into memory that stays allocated until the transfer is complete.</summary>
    internal ITransfer StartReceive(int rank, int tag, nint address, int bytes) => Guarded(() => Transport().StartReceive(rank, tag, address, bytes));

    /// <summary>Waits until transfers are complete.</summary>
    /// <exception cref="RankFailedException">Another process has failed.</exception>
    internal void Wait(IReadOnlyCollection<ITransfer> transfers) => Guarded(() =>
    {
        _wait!.For(transfers);
        return true;
    });

    /// <summary>Waits until a condition is met, which moves transfers on.</summary>
    /// <param name="isMet">Moves the transfers on, and says whether the condition is met.</param>
    /// <param name="awaited">The rank of a process that is waited for; null if the condition has been met meanwhile.</param>
    /// <exception cref="RankFailedException">Another process has failed.</exception>
    internal void WaitUntil(Func<bool> isMet, Func<int?> awaited) => Guarded(() =>
    {
        _wait!.Until(isMet, awaited);
        return true;
    });

    private byte[][] AllGather(ReadOnlySpan<byte> message, Func<int, int> lengthOf) => Gather(message, lengthOf, Size, NextTag());

    private byte[][] Gather(ReadOnlySpan<byte> message, Func<int, int> lengthOf, int participants, int tag)
    {
        int[] others = [.. Others().Where(rank => rank < participants)];
        NativeBuffer[] buffers = [.. Enumerable.Range(0, participants).Select(rank => new NativeBuffer(lengthOf(rank)))];
        message.CopyTo(buffers[Rank].Bytes);
        NativeBuffer own = buffers[Rank];
        ITransfer[] transfers =
        [
            .. others.Select(rank => StartReceive(rank, tag, buffers[rank].Address, buffers[rank].Length)),
            .. others.Select(rank => StartSend(rank, tag, own.Address, own.Length)),
        ];
        // After a failure the memory is not freed, because the transport may still write to it.
        Wait(transfers);
        byte[][] messages = [.. buffers.Select(buffer => buffer.Bytes.ToArray())];
        foreach (NativeBuffer buffer in buffers)
            buffer.Dispose();
        return messages;
    }

    private ITransport Transport()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return !HasFailed ? _transport! : throw new InvalidOperationException(
            "The group cannot be used any more, because a process of it has failed. Start all processes again.");
    }

    // Whoever notices first that a process has failed tells the others why, so that all of them give the same reason.
    private T Guarded<T>(Func<T> exchange)
    {
        try
        {
            return exchange();
        }
        catch (RankFailedException exception)
        {
            Tell(new(exception.Rank, exception.IsReported, exception.Message));
            throw;
        }
        catch (IOException exception)
        {
            ReportFailure(exception);
            throw;
        }
    }

    private void Tell(FailureMessage failure)
    {
        if (HasFailed || _isDisposed || _transport is null)
            return;
        Failure = failure;
        _transport.Abandon();
        // Not freed, because a process that has died does not take it.
        var message = new NativeBuffer(FailureMessage.Length);
        failure.WriteTo(message.Bytes);
        try
        {
            ITransfer[] transfers = [.. Others().Select(rank => _transport.StartSend(rank, FailureMessage.Tag, message.Address, message.Length))];
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < FarewellTime && !transfers.Aggregate(true, (areComplete, transfer) => transfer.Advance() & areComplete))
                Thread.Sleep(1);
        }
        catch (IOException)
        {
            // They find out by themselves.
        }
    }
}
