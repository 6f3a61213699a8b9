using System.Diagnostics;
using ResNeXt.Core.Distributed.Transports;
using static System.FormattableString;

namespace ResNeXt.Core.Distributed;

/// <summary>
/// Waits for transfers, and notices meanwhile when another process cannot complete them: it reports a failure, it has died, or the time is up.
/// </summary>
/// <param name="transport">The transport.</param>
/// <param name="members">The processes of the group.</param>
/// <param name="limit">The longest time to wait for one exchange.</param>
internal sealed class TransferWait(ITransport transport, IReadOnlyList<GroupMember> members, TimeSpan limit)
{
    private static readonly TimeSpan EagerTime = TimeSpan.FromMilliseconds(20), BetweenChecks = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until all transfers are complete.</summary>
    /// <param name="transfers">The transfers.</param>
    /// <exception cref="RankFailedException">Another process cannot complete a transfer; the message names it.</exception>
    public void For(IReadOnlyCollection<ITransfer> transfers) => Until(
        () => transfers.All(static transfer => transfer.Advance()),
        () => transfers.FirstOrDefault(static transfer => !transfer.Advance())?.Rank);

    /// <summary>Waits until a condition is met.</summary>
    /// <param name="isMet">Moves the transfers on, and says whether the condition is met.</param>
    /// <param name="awaited">The rank of a process that is waited for; null if the condition has been met meanwhile.</param>
    /// <exception cref="RankFailedException">Another process does not do its part; the message names it.</exception>
    public void Until(Func<bool> isMet, Func<int?> awaited)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan nextCheck = BetweenChecks;
        while (!isMet())
        {
            // Other processes on this machine may need the processor to do their part.
            Thread.Sleep(clock.Elapsed < EagerTime ? 0 : 1);
            if (clock.Elapsed < nextCheck)
                continue;
            nextCheck = clock.Elapsed + BetweenChecks;
            ThrowIfOneFailed();
            // Once more: perhaps it was this process that was stopped, and the others have done their part.
            if (clock.Elapsed > limit && !isMet() && awaited() is { } rank)
                throw Late(rank);
        }
    }

    /// <summary>The failure of a process that has died.</summary>
    public static RankFailedException Death(GroupMember member) => new(new(member.Rank, IsReported: false, $"{member} has died."));

    private void ThrowIfOneFailed()
    {
        foreach (GroupMember member in members)
        {
            if (member.Rank == transport.Rank)
                continue;
            // First, because a process that reports a failure ends soon after it.
            if (transport.HasArrived(member.Rank, FailureMessage.Tag))
                throw new RankFailedException(ReceiveFailure(member.Rank));
            if (member.HasDied())
                throw Death(member);
        }
    }

    private FailureMessage ReceiveFailure(int rank)
    {
        using var message = new NativeBuffer(FailureMessage.Length);
        ITransfer transfer = transport.StartReceive(rank, FailureMessage.Tag, message.Address, message.Length);
        // It has arrived already.
        while (!transfer.Advance())
            Thread.Sleep(0);
        return FailureMessage.Read(message.Bytes);
    }

    private RankFailedException Late(int rank) => new(new(
        rank, IsReported: false, Invariant($"{members[rank]} has not answered for {limit.TotalSeconds:0.###} seconds: ")
            + "it is stopped, cut off from the network, or much slower than the others."));
}
