using ResNeXt.Core.Distributed;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Distributed.Gradients;
using ResNeXt.Core.Training.Loop;
using TorchSharp.Modules;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>
/// What the processes of a group exchange in every step of a phase: the gradients, the statistics of batch normalization, the losses, and whether to
/// stop. Afterwards all processes have the same state.
/// </summary>
internal sealed class StepExchange : IDisposable
{
    private readonly ProcessGroup _group;
    private readonly StopAgreement _stop;
    private readonly ResidualNetwork _network;
    private readonly BatchShare _share;
    private readonly GradientExchange _gradients;
    private readonly StatisticsExchange? _synchronized;
    private RunningStatistics? _statistics;
    private int _batches, _begun;

    /// <summary>Prepares the exchange of a phase.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="stop">Their agreement on stopping.</param>
    /// <param name="settings">What they exchange.</param>
    /// <param name="network">The network.</param>
    /// <param name="parameters">The parameters that learn in the phase.</param>
    public StepExchange(
        ProcessGroup group, StopAgreement stop, ExchangeSettings settings, ResidualNetwork network, IReadOnlyList<Parameter> parameters)
    {
        (_group, _stop, _network, _share) = (group, stop, network, new(group.Rank, group.Size));
        _gradients = new(group, WithLayers(network, parameters), settings.BucketBytes, settings.InBFloat16);
        if (settings.SynchronizesBatchNormalization)
            _network.Statistics = _synchronized = new(group, _gradients);
    }

    /// <summary>Begins a step; to be called before its first batch.</summary>
    /// <param name="batches">The number of batches of all processes in the step.</param>
    public void Begin(int batches)
    {
        (_batches, _begun) = (batches, 0);
        (_statistics ??= new(_network)).BeginStep();
        // In the last step of an epoch some processes may have no batch.
        _gradients.Begin(contributors: Math.Min(batches, _group.Size));
    }

    /// <summary>Begins a batch of this process.</summary>
    public void BeginBatch()
    {
        int inTurn = _begun++ * _group.Size;
        if (_synchronized is not null)
            _synchronized.Participants = Math.Min(_group.Size, _batches - inTurn);
        bool isLast = inTurn + _group.Size + _group.Rank >= _batches;
        _network.GradientsComplete = isLast ? _gradients.Take : null;
    }

    /// <summary>Ends a step: the parameters get the gradients of all processes, summed in the order of ranks.</summary>
    /// <param name="own">The results of the batches of this process.</param>
    /// <returns>The results of all batches of the step, in their order.</returns>
    public IReadOnlyList<BatchResult> End(IReadOnlyList<BatchResult> own)
    {
        _network.GradientsComplete = null;
        _synchronized?.ThrowIfFailed();
        _gradients.StartAll();
        IReadOnlyList<BatchResult> results = ExchangeReports(own);
        _gradients.Finish();
        return results;
    }

    public void Dispose()
    {
        (_network.GradientsComplete, _network.Statistics) = (null, null);
        _gradients.Dispose();
    }

    // A report: whether to stop, the results, and the running statistics. All have the same length.
    private IReadOnlyList<BatchResult> ExchangeReports(IReadOnlyList<BatchResult> own)
    {
        int most = (_batches + _group.Size - 1) / _group.Size, resultsEnd = sizeof(long) + most * BatchResults.Length;
        var report = new byte[resultsEnd + _statistics!.Length];
        report[0] = _stop.Own;
        BatchResults.Write(own, report.AsSpan(sizeof(long)));
        _statistics.CopyTo(report.AsSpan(resultsEnd));
        byte[][] reports = _group.AllGatherEqual(report);
        _stop.Agree(reports.Select(other => other[0]));
        int[] counts = [.. Enumerable.Range(0, _group.Size).Select(rank => (_share with { Rank = rank }).Of(0, _batches).Count())];
        // Synchronized, all processes measure the same, and rank 0 is never without a batch.
        int measuring = _synchronized is null ? _group.Size : 1;
        _statistics.EndStep([.. reports.Take(measuring).Select(other => (ReadOnlyMemory<byte>)other.AsMemory(resultsEnd))], counts);
        return BatchResults.Interleave([.. reports.Select((other, rank) => BatchResults.Read(other.AsSpan(sizeof(long)), counts[rank]))]);
    }

    private static IEnumerable<(int Layer, Parameter Parameter)> WithLayers(ResidualNetwork network, IReadOnlyList<Parameter> parameters)
    {
        var learning = parameters.ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);
        return network.ParametersOfLayers.SelectMany((ofLayer, layer) => ofLayer.Where(learning.Contains).Select(parameter => (layer, parameter)));
    }
}
