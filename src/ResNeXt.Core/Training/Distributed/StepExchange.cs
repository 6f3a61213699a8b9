using ResNeXt.Core.Distributed;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Loop;
using TorchSharp.Modules;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>
/// What the processes of a group exchange in every step of a phase: the gradients, the running statistics of batch normalization, the losses, and
/// whether to stop. Afterwards all processes have the same state.
/// </summary>
internal sealed class StepExchange : IDisposable
{
    // As PyTorch's DistributedDataParallel: large enough for the throughput of the network, small enough to sum one bucket while others travel.
    private const long BucketBytes = 25L << 20;

    private readonly ProcessGroup _group;
    private readonly StopAgreement _stop;
    private readonly ResidualNetwork _network;
    private readonly BatchShare _share;
    private readonly IReadOnlyList<GradientBucket> _buckets;
    private RunningStatistics? _statistics;

    /// <summary>Prepares the exchange of a phase.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="stop">Their agreement on stopping.</param>
    /// <param name="network">The network.</param>
    /// <param name="parameters">The parameters that learn in the phase, from the stem to the head.</param>
    public StepExchange(ProcessGroup group, StopAgreement stop, ResidualNetwork network, IReadOnlyList<Parameter> parameters)
    {
        (_group, _stop, _network, _share) = (group, stop, network, new(group.Rank, group.Size));
        _buckets = GradientBucket.Of(group, parameters, BucketBytes);
    }

    /// <summary>Begins a step; to be called before its first batch.</summary>
    public void Begin() => (_statistics ??= new(_network)).BeginStep();

    /// <summary>Ends a step: the parameters get the gradients of all processes, summed in the order of ranks.</summary>
    /// <param name="own">The results of the batches of this process.</param>
    /// <param name="batches">The number of batches of all processes in the step.</param>
    /// <returns>The results of all batches of the step, in their order.</returns>
    public IReadOnlyList<BatchResult> End(IReadOnlyList<BatchResult> own, int batches)
    {
        // In the last step of an epoch some processes may have no batch.
        int contributors = Math.Min(batches, _group.Size);
        foreach (GradientBucket bucket in _buckets)
        {
            bucket.Start(contributors, contributes: own.Count > 0);
            Advance();
        }
        IReadOnlyList<BatchResult> results = ExchangeReports(own, batches);
        _group.WaitUntil(Advance, () => _buckets.First(bucket => !bucket.Advance()).Awaited);
        foreach (GradientBucket bucket in _buckets)
            bucket.Give();
        return results;
    }

    public void Dispose()
    {
        foreach (GradientBucket bucket in _buckets)
            bucket.Dispose();
    }

    // All of them, so that none waits for another.
    private bool Advance() => _buckets.Aggregate(true, (areComplete, bucket) => bucket.Advance() & areComplete);

    // A report: whether to stop, the results, and the running statistics. All have the same length.
    private IReadOnlyList<BatchResult> ExchangeReports(IReadOnlyList<BatchResult> own, int batches)
    {
        int most = (batches + _group.Size - 1) / _group.Size, resultsEnd = sizeof(long) + most * BatchResults.Length;
        var report = new byte[resultsEnd + _statistics!.Length];
        report[0] = _stop.Own;
        BatchResults.Write(own, report.AsSpan(sizeof(long)));
        _statistics.CopyTo(report.AsSpan(resultsEnd));
        byte[][] reports = _group.AllGatherEqual(report);
        _stop.Agree(reports.Select(other => other[0]));
        int[] counts = [.. Enumerable.Range(0, _group.Size).Select(rank => (_share with { Rank = rank }).Of(0, batches).Count())];
        _statistics.EndStep([.. reports.Select(other => (ReadOnlyMemory<byte>)other.AsMemory(resultsEnd))], counts);
        return BatchResults.Interleave([.. reports.Select((other, rank) => BatchResults.Read(other.AsSpan(sizeof(long)), counts[rank]))]);
    }
}
