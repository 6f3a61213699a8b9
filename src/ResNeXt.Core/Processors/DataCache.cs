namespace ResNeXt.Core.Processors;

/// <summary>A data cache of a processor.</summary>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="SharedBy">The number of logical processors that share the cache.</param>
internal readonly record struct DataCache(long Bytes, int SharedBy)
{
    private const int MostProcessors = 1 << 12;

    // Far below and above the caches of any processor of this century.
    private static readonly (long Least, long Most)[] Bounds = [(1 << 12, 1 << 20), (1 << 15, 1 << 28), (1 << 17, uint.MaxValue)];

    /// <summary>Whether a processor can have such a cache on a level.</summary>
    /// <param name="level">The level, from 1, the fastest, to 3.</param>
    public bool IsPlausible(int level) =>
        Bytes >= Bounds[level - 1].Least && Bytes <= Bounds[level - 1].Most && SharedBy is >= 1 and <= MostProcessors;
}
