using ResNeXt.Core.Distributed;
using ResNeXt.Core.Distributed.Transports;

namespace ResNeXt.Core.Tests.Distributed;

public sealed class TransferWaitTests
{
    // It completes when it is looked at once more, or while the process to be blamed is looked for.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void For_ATransferThatCompletesAtTheTimeLimit_DoesNotFail(int incompleteLooks)
    {
        var transfer = new SlowTransfer(incompleteLooks);

        Wait(transfer);

        Assert.True(transfer.Advance());
    }

    [Fact]
    public void For_ATransferThatDoesNotComplete_NamesTheOtherProcess() => Assert.StartsWith("Rank 1 has not answered for 0.001 seconds: ",
        Assert.Throws<RankFailedException>(() => Wait(new SlowTransfer(int.MaxValue))).Message);

    private static void Wait(ITransfer transfer) => new TransferWait(
        ThreadTransport.OfGroup(2)[0], [GroupMember.Unknown(0), GroupMember.Unknown(1)], limit: TimeSpan.FromMilliseconds(1)).For([transfer]);

    /// <summary>The first look at it takes longer than the time limit, as if this process had been stopped.</summary>
    private sealed class SlowTransfer(int incompleteLooks) : ITransfer
    {
        private int _looks;

        public int Rank => 1;

        public bool Advance()
        {
            if (_looks++ == 0)
                Thread.Sleep(150);
            return _looks > incompleteLooks;
        }
    }
}
