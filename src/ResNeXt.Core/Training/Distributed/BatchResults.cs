using System.Runtime.InteropServices;
using ResNeXt.Core.Training.Loop;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>The results of batches as bytes, and in the order of the batches.</summary>
internal static class BatchResults
{
    /// <summary>The number of bytes of one result.</summary>
    public const int Length = 3 * sizeof(long);

    /// <summary>Writes results one after another.</summary>
    public static void Write(IReadOnlyList<BatchResult> results, Span<byte> target)
    {
        Span<long> numbers = MemoryMarshal.Cast<byte, long>(target);
        for (int index = 0; index < results.Count; index++)
        {
            BatchResult result = results[index];
            numbers[3 * index] = BitConverter.DoubleToInt64Bits(result.Loss);
            numbers[3 * index + 1] = result.Correct;
            numbers[3 * index + 2] = result.Images;
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static BatchResult[] Read(ReadOnlySpan<byte> source, int count)
    {
        ReadOnlySpan<long> numbers = MemoryMarshal.Cast<byte, long>(source);
        var results = new BatchResult[count];
        for (int index = 0; index < count; index++)
            results[index] = new(BitConverter.Int64BitsToDouble(numbers[3 * index]), numbers[3 * index + 1], numbers[3 * index + 2]);
        return results;
    }

    /// <summary>Puts the results of all processes into the order of the batches, which the processes took in turn.</summary>
    /// <param name="ofRanks">The results of each process, in the order of ranks.</param>
    public static IReadOnlyList<BatchResult> Interleave(IReadOnlyList<BatchResult[]> ofRanks) =>
        [.. Enumerable.Range(0, ofRanks.Sum(results => results.Length)).Select(batch => ofRanks[batch % ofRanks.Count][batch / ofRanks.Count])];
}
