namespace ResNeXt.Core.Training.Data;

/// <summary>Processes that divide batches among them.</summary>
internal interface IBatchGroup
{
    /// <summary>The batches that this process computes.</summary>
    BatchShare Share { get; }

    /// <summary>
    /// Gives the numbers of every process to all, in the order of ranks. If one process was asked to stop, the cancellation of all is requested
    /// afterwards.
    /// </summary>
    IReadOnlyList<float[]> AllGather(float[] own);
}
