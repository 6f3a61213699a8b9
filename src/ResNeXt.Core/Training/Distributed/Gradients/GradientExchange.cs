using System.Runtime.ExceptionServices;
using ResNeXt.Core.Distributed;
using TorchSharp.Modules;

namespace ResNeXt.Core.Training.Distributed.Gradients;

/// <summary>
/// Sums the gradients of a step over the processes of a group. Buckets of them travel while the backward pass computes the gradients of the layers
/// before them.
/// </summary>
internal sealed class GradientExchange : IDisposable
{
    private readonly ProcessGroup _group;
    private readonly IReadOnlyList<GradientBucket> _buckets;
    private readonly BackgroundProgress _progress;
    private int _started, _contributors;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Prepares the exchange of a phase.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="parameters">The parameters that learn, with the index of their layer.</param>
    /// <param name="bucketBytes">The size of a bucket.</param>
    /// <param name="inBFloat16">Whether gradients travel as bfloat16.</param>
    public GradientExchange(
        ProcessGroup group, IEnumerable<(int Layer, Parameter Parameter)> parameters, long bucketBytes, bool inBFloat16)
    {
        _group = group;
        _buckets = GradientBucket.Of(group, parameters, bucketBytes, inBFloat16);
        _progress = new(AdvanceStarted);
    }

    /// <summary>Begins a step.</summary>
    /// <param name="contributors">The number of processes, from rank 0, that have gradients.</param>
    public void Begin(int contributors) => (_started, _contributors) = (0, contributors);

    /// <summary>
    /// Takes the gradients of the layers from an index on, which are complete, and starts the exchange of buckets that are full. Called in the
    /// backward pass, from native code, so that exceptions wait for <see cref="Finish"/>.
    /// </summary>
    /// <param name="layer">The index.</param>
    public void Take(int layer)
    {
        try
        {
            foreach (GradientBucket bucket in _buckets.Skip(_started))
            {
                bucket.Take(layer);
                if (!bucket.IsFull || _failure is not null)
                    break;
                _progress.Run(() => Start(bucket));
            }
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Starts the exchange of what is left.</summary>
    public void StartAll()
    {
        _progress.Pause();
        _failure?.Throw();
        foreach (GradientBucket bucket in _buckets.Skip(_started))
        {
            if (_group.Rank < _contributors)
                bucket.Take(layer: 0);
            Start(bucket);
            AdvanceStarted();
        }
    }

    /// <summary>Waits for all sums, and gives them to the parameters as their gradients.</summary>
    public void Finish()
    {
        _group.WaitUntil(AdvanceStarted, () => _buckets.FirstOrDefault(bucket => !bucket.Advance())?.Awaited);
        foreach (GradientBucket bucket in _buckets)
            bucket.Give();
    }

    /// <summary>Uses the transport in the middle of a step.</summary>
    public T Use<T>(Func<T> use) => _progress.Use(use);

    public void Dispose()
    {
        _progress.Dispose();
        foreach (GradientBucket bucket in _buckets)
            bucket.Dispose();
    }

    private void Start(GradientBucket bucket)
    {
        bucket.Start(_contributors);
        _started++;
    }

    // All of them, so that none waits for another.
    private bool AdvanceStarted() => _buckets.Take(_started).Aggregate(true, (areComplete, bucket) => bucket.Advance() & areComplete);
}
