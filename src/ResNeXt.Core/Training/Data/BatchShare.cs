namespace ResNeXt.Core.Training.Data;

/// <summary>The batches of an epoch that one of several processes computes: every process takes the next one in turn.</summary>
/// <param name="Rank">The rank of the process, from 0.</param>
/// <param name="Size">The number of processes.</param>
internal readonly record struct BatchShare(int Rank, int Size)
{
    /// <summary>All batches, for a single process.</summary>
    public static BatchShare All { get; } = new(0, 1);

    /// <summary>The numbers of the batches in a range that belong to the share.</summary>
    /// <param name="first">The number of the first batch.</param>
    /// <param name="end">The number of the last batch plus 1.</param>
    public IEnumerable<int> Of(int first, int end)
    {
        for (int batch = first + (Rank - first % Size + Size) % Size; batch < end; batch += Size)
            yield return batch;
    }
}
