using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Prediction;

/// <summary>Lets a limited number of callers use a scorer at the same time; the others wait.</summary>
internal sealed class ScoringSlots : IDisposable
{
    private readonly IImageScorer _scorer;
    private readonly int _capacity;
    private readonly Type _owner;
    private readonly SemaphoreSlim _free;
    private int _disposed;

    /// <summary>Makes the slots.</summary>
    /// <param name="scorer">The scorer; owned by this.</param>
    /// <param name="capacity">The number of slots.</param>
    /// <param name="owner">The type that the user disposes of, for messages.</param>
    public ScoringSlots(IImageScorer scorer, int capacity, Type owner)
    {
        (_scorer, _capacity, _owner) = (scorer, capacity, owner);
        _free = new SemaphoreSlim(capacity);
    }

    /// <summary>Takes a slot; waits while all are taken.</summary>
    /// <exception cref="ObjectDisposedException">The slots were disposed of.</exception>
    public Slot Rent()
    {
        _free.Wait();
        return Take();
    }

    /// <summary>Takes a slot; waits while all are taken.</summary>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="ObjectDisposedException">The slots were disposed of.</exception>
    public async Task<Slot> RentAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        return Take();
    }

    /// <summary>Refuses calls after <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The slots were disposed of.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, _owner);

    /// <summary>Waits until all slots are returned, then disposes of the scorer.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        for (int taken = 0; taken < _capacity; taken++)
            _free.Wait();
        _scorer.Dispose();
        // Callers that still wait get their turn, and find that the slots are disposed of.
        _free.Release(_capacity);
    }

    private Slot Take()
    {
        if (_disposed == 0)
            return new Slot(this);
        _free.Release();
        throw new ObjectDisposedException(_owner.FullName);
    }

    /// <summary>A rented slot; disposing of it, once, returns it.</summary>
    internal readonly struct Slot(ScoringSlots slots) : IDisposable
    {
        /// <summary>Scores one image.</summary>
        /// <param name="image">The image; the caller keeps it.</param>
        /// <exception cref="InvalidDataException">The scores are not finite: the weights are so large that sums of them overflow.</exception>
        public ImageScores Score(MLImage image)
        {
            ImageScores scores = slots._scorer.Score(image);
            return Array.TrueForAll(scores.Probabilities, float.IsFinite)
                ? scores
                : throw new InvalidDataException(
                    "The model gives scores that are not finite for this image; its weights are damaged. Train or download it again.");
        }

        public void Dispose() => slots._free.Release();
    }
}
