using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Distributed.Transports;
using ResNeXt.Core.Kernels.Simd;
using ResNeXt.Core.Tests.Distributed;
using ResNeXt.Core.Training.Distributed.Gradients;

namespace ResNeXt.Core.Tests.Training.Distributed.Gradients;

public sealed class RankOrderSumTests
{
    [Theory]
    [InlineData(2, 2, 10_001)]
    [InlineData(3, 3, 5000)]
    [InlineData(4, 4, 3)]
    [InlineData(4, 3, 5000)]
    [InlineData(4, 1, 5000)]
    public void Advance_SumsInTheOrderOfRanks(int size, int contributors, int length)
    {
        float[] expected = Values(0, length);
        for (int rank = 1; rank < contributors; rank++)
        {
            float[] part = Values(rank, length);
            for (int index = 0; index < length; index++)
                expected[index] += part[index];
        }

        float[][] sums = ThreadTransport.Run(size, group =>
        {
            using var values = new NativeBuffer(length * sizeof(float));
            using var sum = new RankOrderSum(group, values.Address, length);
            // Twice: the memory for messages is used again.
            for (int round = 0; round < 2; round++)
            {
                MemoryMarshal.AsBytes(Values(group.Rank, length).AsSpan()).CopyTo(values.Bytes);
                sum.Start(contributors);
                group.WaitUntil(sum.Advance, () => sum.Awaited);
            }
            return MemoryMarshal.Cast<byte, float>(values.Bytes).ToArray();
        });

        Assert.All(sums, sum => Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), sum.Select(BitConverter.SingleToInt32Bits)));
    }

    [Fact]
    public void Advance_InBFloat16_SumsRoundedFloatsAndRoundsTheSumsInAllProcesses()
    {
        const int Size = 3, Length = 5000;
        float[] expected = new float[Length];
        for (int rank = 0; rank < Size; rank++)
        {
            float[] part = Rounded(Values(rank, Length));
            for (int index = 0; index < Length; index++)
                expected[index] += part[index];
        }

        float[][] sums = ThreadTransport.Run(Size, group =>
        {
            using var values = new NativeBuffer(Length * sizeof(float));
            using var sum = new RankOrderSum(group, values.Address, Length, inBFloat16: true);
            MemoryMarshal.AsBytes(Values(group.Rank, Length).AsSpan()).CopyTo(values.Bytes);
            sum.Start(Size);
            group.WaitUntil(sum.Advance, () => sum.Awaited);
            return MemoryMarshal.Cast<byte, float>(values.Bytes).ToArray();
        });

        Assert.All(sums, sum => Assert.Equal(Rounded(expected), sum));
    }

    [Fact]
    public void Start_ThatFailsAfterATransferHasStarted_LeavesTheMemoryInUse()
    {
        const int Size = 3, Length = 30_000;
        bool[] areIdle = ThreadTransport.Run(Size, group =>
        {
            if (group.Rank > 0)
                return true;
            using var values = new NativeBuffer(Length * sizeof(float));
            using var sum = new RankOrderSum(group, values.Address, Length);
            Assert.Throws<IOException>(() => sum.Start(Size));
            return sum.IsIdle;
        }, wrap: transport => transport.Rank == 0 ? new CutOff(transport, Size - 1, Length) : transport);

        Assert.False(areIdle[0]);
    }

    private static float[] Rounded(float[] values)
    {
        var halves = new ushort[values.Length];
        var rounded = new float[values.Length];
        BFloat16Numbers.Round(values, halves);
        BFloat16Numbers.Widen(halves, rounded);
        return rounded;
    }

    // Of very different sizes, so that another order of the sum has other bits.
    private static float[] Values(int rank, int length)
    {
        var random = new Random(rank);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(8))))];
    }

    /// <summary>A transport that does not receive long messages from one process.</summary>
    private sealed class CutOff(ITransport inner, int sender, int longest) : ITransport
    {
        public string Description => inner.Description;

        public int Rank => inner.Rank;

        public int Size => inner.Size;

        public ITransfer StartSend(int rank, int tag, nint address, int bytes) => inner.StartSend(rank, tag, address, bytes);

        public ITransfer StartReceive(int rank, int tag, nint address, int bytes) => rank == sender && bytes > longest
            ? throw new IOException("The network is down.")
            : inner.StartReceive(rank, tag, address, bytes);

        public bool HasArrived(int rank, int tag) => inner.HasArrived(rank, tag);

        public void Abandon() => inner.Abandon();

        public void Dispose() => inner.Dispose();
    }
}
