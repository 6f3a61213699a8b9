namespace ResNeXt.Core.Processors;

/// <summary>A data cache of a processor.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="SharedBy">How many logical processors share it.</param>
internal readonly record struct DataCache(long Bytes, int SharedBy)
{
    private const int MostProcessors = 1 << 12;

    // Far below and above what processors of this century have.
    private static readonly (long Least, long Most)[] Bounds = [(1 << 12, 1 << 20), (1 << 15, 1 << 28), (1 << 17, uint.MaxValue)];

    /// <summary>Whether a processor can have that on a level.</summary>
    /// <param name="level">From 1, the fastest, to 3.</param>
    public bool IsPossible(int level) =>
        Bytes >= Bounds[level - 1].Least && Bytes <= Bounds[level - 1].Most && SharedBy is >= 1 and <= MostProcessors;
}
