using System.Text;
using ResNeXt.Core.Distributed;

namespace ResNeXt.Core.Tests.Distributed;

public sealed class ProcessGroupTests
{
    [Fact]
    public void JoinMpi_WithoutLauncher_IsAGroupOfThisProcess()
    {
        using ProcessGroup group = ProcessGroup.JoinMpi();

        Assert.Equal((0, 1, null), (group.Rank, group.Size, group.Description));
    }

    [Fact]
    public void JoinMpi_WithATimeLimitOfZero_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ProcessGroup.JoinMpi(TimeSpan.Zero));

    [Fact]
    public void AllGather_WithMessagesOfDifferentLengths_GivesAllInTheOrderOfRanks()
    {
        string[] seen = ThreadTransport.Run(4, group =>
            string.Join(' ', group.AllGather(Encoding.ASCII.GetBytes(new string((char)('a' + group.Rank), group.Rank))).Select(Encoding.ASCII.GetString)));

        Assert.All(seen, text => Assert.Equal(" b cc ddd", text));
    }

    [Fact]
    public void Broadcast_GivesTheBytesOfRankZero()
    {
        byte[][] received = ThreadTransport.Run(3, group =>
        {
            byte[] bytes = [(byte)(group.Rank + 7), (byte)group.Rank];
            group.Broadcast(bytes);
            return bytes;
        });

        Assert.All(received, bytes => Assert.Equal(new byte[] { 7, 0 }, bytes));
    }

    [Fact]
    public void AllGather_WhenAProcessReportsAFailure_ThrowsItsReasonInTheOthers()
    {
        Exception[] exceptions = ThreadTransport.Fail(3, group =>
        {
            if (group.Rank == 1)
            {
                group.ReportFailure("The disk is full.");
                throw new IOException("The disk is full.");
            }
            group.AllGather([1]);
        });

        foreach (int rank in new[] { 0, 2 })
        {
            var failure = Assert.IsType<RankFailedException>(exceptions[rank]);
            Assert.Equal(1, failure.Rank);
            Assert.StartsWith("Rank 1 (process ", failure.Message);
            Assert.EndsWith("failed: The disk is full.", failure.Message);
        }
    }

    [Fact]
    public void AllGather_WhenAProcessDoesNotAnswer_NamesItAfterTheTimeLimit()
    {
        using var ended = new CountdownEvent(2);
        Exception[] exceptions = ThreadTransport.Fail(3, group =>
        {
            if (group.Rank == 2)
            {
                ended.Wait(TimeSpan.FromMinutes(1));
                throw new TimeoutException();
            }
            try
            {
                group.AllGather([1]);
            }
            finally
            {
                Assert.True(group.HasFailed);
                ended.Signal();
            }
        }, TimeSpan.FromSeconds(2));

        foreach (int rank in new[] { 0, 1 })
        {
            var failure = Assert.IsType<RankFailedException>(exceptions[rank]);
            Assert.Equal(2, failure.Rank);
            Assert.Contains("Rank 2 (process ", failure.Message);
            Assert.Contains("has not answered for 2 seconds", failure.Message);
        }
    }

    [Fact]
    public void AllGather_AfterAFailure_SaysThatTheGroupCannotBeUsed()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group =>
        {
            group.ReportFailure("No reason.");
            group.AllGather([1]);
        });

        Assert.All(exceptions, exception => Assert.Contains("cannot be used any more", exception.Message));
    }
}
