using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Distributed.Transports;

namespace ResNeXt.Core.Tests.Distributed;

/// <summary>
/// A group whose processes are threads of this one, so that tests need no MPI. It demands what <see cref="ITransport"/> does: one thread at a time,
/// and memory that stays as it is until a message has left, which it does not before the sender moves its transfers on.
/// </summary>
internal sealed class ThreadTransport : ITransport
{
    private readonly ConcurrentDictionary<(int From, int To, int Tag), ConcurrentQueue<byte[]>> _mail;

    private readonly Queue<Action> _unsent = new();
    private int _isInUse;

    private ThreadTransport(int rank, int size, ConcurrentDictionary<(int From, int To, int Tag), ConcurrentQueue<byte[]>> mail) =>
        (Rank, Size, _mail) = (rank, size, mail);

    public string Description => "threads";

    public int Rank { get; }

    public int Size { get; }

    /// <summary>Makes the transports of a group, one for each rank.</summary>
    public static IReadOnlyList<ITransport> OfGroup(int size)
    {
        var mail = new ConcurrentDictionary<(int From, int To, int Tag), ConcurrentQueue<byte[]>>();
        return [.. Enumerable.Range(0, size).Select(rank => new ThreadTransport(rank, size, mail))];
    }

    /// <summary>Runs a function in every process of a group, and returns the results in the order of ranks.</summary>
    /// <param name="size">The number of processes.</param>
    /// <param name="function">The function.</param>
    /// <param name="limit">The longest time to wait for one exchange; null for one that no test reaches.</param>
    /// <param name="wrap">Puts another transport around that of each process; null for none.</param>
    /// <exception cref="AggregateException">One or several have thrown.</exception>
    public static T[] Run<T>(int size, Func<ProcessGroup, T> function, TimeSpan? limit = null, Func<ITransport, ITransport>? wrap = null)
    {
        IReadOnlyList<ITransport> transports = OfGroup(size);
        Task<T>[] tasks = [.. transports.Select(transport => Task.Factory.StartNew(
            () =>
            {
                using var group = new ProcessGroup(wrap is null ? transport : wrap(transport), limit ?? TimeSpan.FromMinutes(5));
                return function(group);
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(tasks);
        return [.. tasks.Select(task => task.Result)];
    }

    /// <summary>Runs a function that fails in every process of a group, and returns the exceptions in the order of ranks.</summary>
    public static Exception[] Fail(int size, Action<ProcessGroup> function, TimeSpan? limit = null) => Run(size, group =>
    {
        try
        {
            function(group);
        }
        catch (Exception exception)
        {
            return exception;
        }
        throw new InvalidOperationException($"Rank {group.Rank} did not fail.");
    }, limit);

    public ITransfer StartSend(int rank, int tag, nint address, int bytes) => Alone(() =>
    {
        bool hasLeft = false;
        _unsent.Enqueue(() =>
        {
            var message = new byte[bytes];
            Marshal.Copy(address, message, 0, bytes);
            Mail(Rank, rank, tag).Enqueue(message);
            hasLeft = true;
        });
        return new Transfer(this, rank, () => hasLeft);
    });

    public ITransfer StartReceive(int rank, int tag, nint address, int bytes) =>
        Alone(() => new Transfer(this, rank, () => TryTake(Mail(rank, Rank, tag), address, bytes)));

    public bool HasArrived(int rank, int tag) => Advance(() => !Mail(rank, Rank, tag).IsEmpty);

    public void Abandon()
    {
    }

    public void Dispose()
    {
    }

    // Like MPI, it moves on all messages, whichever it is asked for.
    private bool Advance(Func<bool> tryComplete) => Alone(() =>
    {
        while (_unsent.TryDequeue(out Action? send))
            send();
        return tryComplete();
    });

    private T Alone<T>(Func<T> use)
    {
        if (Interlocked.Exchange(ref _isInUse, 1) != 0)
            throw new InvalidOperationException($"Two threads use the transport of rank {Rank} at the same time.");
        try
        {
            return use();
        }
        finally
        {
            Volatile.Write(ref _isInUse, 0);
        }
    }

    private ConcurrentQueue<byte[]> Mail(int from, int to, int tag) => _mail.GetOrAdd((from, to, tag), static _ => []);

    private static bool TryTake(ConcurrentQueue<byte[]> queue, nint address, int bytes)
    {
        if (!queue.TryDequeue(out byte[]? message))
            return false;
        Assert.Equal(bytes, message.Length);
        Marshal.Copy(message, 0, address, bytes);
        return true;
    }

    private sealed class Transfer(ThreadTransport transport, int rank, Func<bool> tryComplete) : ITransfer
    {
        private bool _isComplete;

        public int Rank => rank;

        public bool Advance() => _isComplete || (_isComplete = transport.Advance(tryComplete));
    }
}
