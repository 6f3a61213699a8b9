using System.Buffers;
using ResNeXt.Core.Images;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Devices;

namespace ResNeXt.Core.Training.Data;

/// <summary>Turns images into normalised batches, prepared in the background while the network computes.</summary>
/// <param name="source">The images.</param>
/// <param name="normalization">What makes pixels the network's inputs.</param>
/// <param name="batchSize">Images per batch; batches differ by one image at most.</param>
/// <param name="workers">Batches that are prepared at the same time.</param>
/// <param name="computation">Where the network computes.</param>
/// <param name="leastImages">
/// The fewest images that a batch may have. Where the batch size would leave fewer (5 images in batches of 2), there is one batch less, and some batches
/// have an image more than the batch size.
/// </param>
internal sealed class BatchLoader(
    IImageDataset source, PixelNormalization normalization, int batchSize, int workers, Computation computation, int leastImages = 1)
{
    /// <summary>Batches per epoch.</summary>
    public int BatchesPerEpoch { get; } = Math.Min((source.Count + batchSize - 1) / batchSize, Math.Max(1, source.Count / leastImages));

    /// <summary>The batches of one training epoch.</summary>
    /// <param name="changes">What training images go through.</param>
    /// <param name="random">Decides order and changes.</param>
    /// <param name="balanced">Whether every class is drawn equally often, instead of every image once.</param>
    /// <param name="firstBatch">How many batches to leave out, because they were trained with before.</param>
    public IEnumerable<Batch> Epoch(TrainingChanges changes, EpochRandom random, bool balanced, int firstBatch)
    {
        int[] order = balanced ? random.Balanced(source) : random.Shuffled(source);
        return Prepare(firstBatch, CancellationToken.None, batch =>
        {
            (int first, int end) = Bounds(batch, order.Length);
            using var buffer = new BatchBuffer(source.Shape, end - first, computation);
            // Rented, because an image is a large object to the garbage collector, which waits for hundreds of MiB of those.
            float[] rented = ArrayPool<float>.Shared.Rent(source.Shape.Length);
            try
            {
                Span<float> image = rented.AsSpan(0, source.Shape.Length);
                for (int i = 0; i < buffer.Count; i++)
                {
                    source.CopyTo(order[first + i], image);
                    changes.Apply(image, buffer.Image(i), random.OfImage(first + i));
                    buffer.Labels[i] = source.Label(order[first + i]);
                }
            }
            finally
            {
                ArrayPool<float>.Shared.Return(rented);
            }
            return changes.Finish(buffer, random.OfBatch(batch));
        });
    }

    /// <summary>All images once, in order and as they are.</summary>
    public IEnumerable<Batch> InOrder(CancellationToken cancellation) => Prepare(0, cancellation, batch =>
    {
        (int first, int end) = Bounds(batch, source.Count);
        using var buffer = new BatchBuffer(source.Shape, end - first, computation);
        for (int i = 0; i < buffer.Count; i++)
        {
            source.CopyTo(first + i, buffer.Image(i));
            normalization.Apply(buffer.Image(i), source.Shape.PlaneLength);
            buffer.Labels[i] = source.Label(first + i);
        }
        return buffer.ToBatch();
    });

    private IEnumerable<Batch> Prepare(int firstBatch, CancellationToken cancellation, Func<int, Batch> make) =>
        OrderedPrefetch.Run(firstBatch, BatchesPerEpoch, workers, computation.Threads is { } threads ? number => Alone(threads, make, number) : make, cancellation);

    private static Batch Alone(ThreadLimit threads, Func<int, Batch> make, int number)
    {
        using ThreadLimit.Worker worker = threads.OnWorker();
        return make(number);
    }

    // Balanced: 33 images in batches of 32 are 16 and 17, not 32 and 1, whose statistics would be those of a single image.
    private (int First, int End) Bounds(int batch, int images) =>
        ((int)((long)images * batch / BatchesPerEpoch), (int)((long)images * (batch + 1) / BatchesPerEpoch));
}
