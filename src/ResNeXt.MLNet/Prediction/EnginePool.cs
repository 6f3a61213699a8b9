using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Prediction;

/// <summary>A limited number of prediction engines for one model. An engine serves one thread at a time, so callers rent one.</summary>
internal sealed class EnginePool : IDisposable
{
    private readonly EngineFactory _factory;
    private readonly IDisposable? _ownedModel;
    private readonly int _capacity;
    private readonly Type _owner;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentBag<PredictionEngine<Input, Output>> _idle = [];
    private int _disposed;

    /// <summary>Makes a pool with one engine; the others are made when they are needed.</summary>
    /// <param name="factory">The factory of the engines.</param>
    /// <param name="ownedModel">The model if the pool is to dispose of it; null if it is the caller's.</param>
    /// <param name="capacity">The largest number of engines.</param>
    /// <param name="owner">The type that the user disposes of, for messages.</param>
    public EnginePool(EngineFactory factory, IDisposable? ownedModel, int capacity, Type owner)
    {
        (_factory, _ownedModel, _capacity, _owner) = (factory, ownedModel, capacity, owner);
        _free = new SemaphoreSlim(capacity);
        _idle.Add(factory.Create());
    }

    /// <summary>Takes an engine; waits while all are taken.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    public Lease Rent()
    {
        _free.Wait();
        return Take();
    }

    /// <summary>Takes an engine; waits while all are taken.</summary>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    public async Task<Lease> RentAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        return Take();
    }

    /// <summary>Refuses calls after <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, _owner);

    /// <summary>Waits until all engines are returned, then frees them.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        for (int taken = 0; taken < _capacity; taken++)
            _free.Wait();
        while (_idle.TryTake(out PredictionEngine<Input, Output>? engine))
            engine.Dispose();
        _ownedModel?.Dispose();
        // Callers that still wait get their turn, and find that the pool is disposed of.
        _free.Release(_capacity);
    }

    private Lease Take()
    {
        try
        {
            ThrowIfDisposed();
            return new Lease(this, _idle.TryTake(out PredictionEngine<Input, Output>? engine) ? engine : _factory.Create());
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    /// <summary>A rented engine; disposing of it, once, returns it to the pool.</summary>
    internal readonly struct Lease(EnginePool pool, PredictionEngine<Input, Output> engine) : IDisposable
    {
        /// <summary>Scores one image.</summary>
        /// <param name="image">The image; the caller keeps it.</param>
        /// <returns>One probability per class.</returns>
        /// <exception cref="InvalidDataException">The scores are not finite: the weights are so large that sums of them overflow.</exception>
        public float[] Score(MLImage image)
        {
            float[] scores = engine.Predict(new Input { Image = image }).Score;
            return Array.TrueForAll(scores, float.IsFinite)
                ? scores
                : throw new InvalidDataException(
                    "The model gives scores that are not finite for this image; its weights are damaged. Train or download it again.");
        }

        public void Dispose()
        {
            pool._idle.Add(engine);
            pool._free.Release();
        }
    }

    internal sealed class Input
    {
        [AnyImageType]
        public required MLImage Image { get; init; }
    }

    internal sealed class Output
    {
        public float[] Score { get; set; } = [];
    }
}
