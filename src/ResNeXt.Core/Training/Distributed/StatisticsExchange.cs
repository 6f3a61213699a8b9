using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Kernels.SynchronizedNorm;
using ResNeXt.Core.Training.Distributed.Gradients;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>The exchange of batch statistics in a group, while gradients may be under way.</summary>
/// <param name="group">The processes.</param>
/// <param name="gradients">The exchange of gradients, which uses the same transport.</param>
internal sealed class StatisticsExchange(ProcessGroup group, GradientExchange gradients) : IStatisticsExchange
{
    private ExceptionDispatchInfo? _failure;

    /// <summary>The number of processes, from rank 0, that compute a batch now. In the last step of an epoch it may be fewer than all.</summary>
    public int Participants { get; set; } = group.Size;

    public IReadOnlyList<double[]> Exchange(double[] own)
    {
        byte[] message = MemoryMarshal.AsBytes(own.AsSpan()).ToArray();
        return [.. gradients.Use(() => group.GatherAmong(Participants, message)).Select(bytes => MemoryMarshal.Cast<byte, double>(bytes).ToArray())];
    }

    public IReadOnlyList<double[]> ExchangeWithoutThrowing(double[] own)
    {
        try
        {
            return _failure is null ? Exchange(own) : [own];
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            return [own];
        }
    }

    /// <summary>Rethrows what <see cref="ExchangeWithoutThrowing"/> did not throw.</summary>
    public void ThrowIfFailed() => _failure?.Throw();
}
