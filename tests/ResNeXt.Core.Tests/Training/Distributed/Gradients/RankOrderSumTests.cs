using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed;
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
}
