namespace ResNeXt.Core.Distributed;

/// <summary>
/// A process of the group has died, does not answer, has failed, or differs from the others: the training of the whole group ends.
/// </summary>
public sealed class RankFailedException : IOException
{
    internal RankFailedException(FailureMessage failure)
        : base(failure.Sentence) => (Rank, IsReported) = (failure.Rank, failure.IsReported);

    internal RankFailedException(RankFailedException exception, string advice)
        : base($"{exception.Message} {advice}", exception) => (Rank, IsReported) = (exception.Rank, exception.IsReported);

    /// <summary>The rank of the process that failed.</summary>
    public int Rank { get; }

    /// <summary>Whether that process says so itself; false if others noticed that it has died or does not answer.</summary>
    internal bool IsReported { get; }
}
