using System.Buffers;
using ResNeXt.Core.Images;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Devices;

namespace ResNeXt.Core.Training.Data;

/// <summary>Makes batches of normalized images, in the background while the network computes.</summary>
/// <param name="dataset">The images.</param>
/// <param name="normalization">The normalization from pixels to network inputs.</param>
/// <param name="batchSize">The number of images in a batch; batches of an epoch differ by one image at most.</param>
/// <param name="workers">The number of batches that are prepared at the same time.</param>
/// <param name="computation">The device and the type of the batches.</param>
/// <param name="leastImages">
/// The fewest images that a batch may have. Where the batch size would leave fewer (5 images in batches of 2), there is one batch less, and some
/// batches have one image more than the batch size.
/// </param>
internal sealed class BatchLoader(
    IImageDataset dataset, PixelNormalization normalization, int batchSize, int workers, Computation computation, int leastImages = 1)
{
    /// <summary>The images.</summary>
    public IImageDataset Dataset => dataset;

    /// <summary>The number of batches in an epoch.</summary>
    public int BatchesPerEpoch { get; } =
        Math.Min((dataset.Count + batchSize - 1) / batchSize, Math.Max(1, dataset.Count / leastImages));

    /// <summary>The batches of one training epoch; each is owned by the caller.</summary>
    /// <param name="transform">The augmentation, normalization and mixing of the images.</param>
    /// <param name="random">The randomness of the epoch.</param>
    /// <param name="balanced">Whether every class is drawn equally often, instead of every image once.</param>
    /// <param name="firstBatch">The number of batches to skip, because the network was trained with them before.</param>
    /// <param name="share">The batches that this process computes; null for all.</param>
    public IEnumerable<Batch> Epoch(TrainingTransform transform, EpochRandom random, bool balanced, int firstBatch, BatchShare? share = null)
    {
        int[] order = balanced ? random.Balanced(dataset) : random.Shuffled(dataset);
        return Prepare(firstBatch, share, batch =>
        {
            (int first, int end) = Bounds(batch, order.Length);
            using var buffer = new BatchBuffer(transform.Shape, end - first, computation);
            // Rented, because the garbage collector treats an image as a large object and frees those only after hundreds of MiB.
            float[] rented = ArrayPool<float>.Shared.Rent(dataset.Shape.Length);
            try
            {
                Span<float> image = rented.AsSpan(0, dataset.Shape.Length);
                for (int i = 0; i < buffer.Count; i++)
                {
                    dataset.CopyTo(order[first + i], image);
                    transform.Apply(image, buffer.Image(i), random.OfImage(first + i));
                    buffer.Labels[i] = dataset.Label(order[first + i]);
                }
            }
            finally
            {
                ArrayPool<float>.Shared.Return(rented);
            }
            return transform.ToBatch(buffer, random.OfBatch(batch));
        });
    }

    /// <summary>All images once, in order and unchanged but for the normalization; each batch is owned by the caller.</summary>
    /// <param name="cancellation">Cancels between two batches.</param>
    /// <param name="share">The batches that this process computes; null for all.</param>
    public IEnumerable<Batch> InOrder(CancellationToken cancellation, BatchShare? share = null) => Prepare(firstBatch: 0, share, batch =>
    {
        (int first, int end) = Bounds(batch, dataset.Count);
        using var buffer = new BatchBuffer(dataset.Shape, end - first, computation);
        for (int i = 0; i < buffer.Count; i++)
        {
            dataset.CopyTo(first + i, buffer.Image(i));
            normalization.Apply(buffer.Image(i), dataset.Shape.PlaneLength);
            buffer.Labels[i] = dataset.Label(first + i);
        }
        return buffer.ToBatch();
    }, cancellation);

    private IEnumerable<Batch> Prepare(int firstBatch, BatchShare? share, Func<int, Batch> make, CancellationToken cancellation = default)
    {
        int[] numbers = [.. (share ?? BatchShare.All).Of(firstBatch, BatchesPerEpoch)];
        Func<int, Batch> makeOnWorker = computation.Threads is { } threads ? number => OnWorker(threads, make, number) : make;
        return OrderedPrefetch.Run(0, numbers.Length, workers, index => makeOnWorker(numbers[index]), cancellation);
    }

    private static Batch OnWorker(ThreadLimit threads, Func<int, Batch> make, int number)
    {
        using ThreadLimit.Worker worker = threads.OnWorker();
        return make(number);
    }

    // Even: 33 images in batches of 32 are 16 and 17. With 32 and 1, the batch statistics of the second would be those of a single image.
    private (int First, int End) Bounds(int batch, int images) =>
        ((int)((long)images * batch / BatchesPerEpoch), (int)((long)images * (batch + 1) / BatchesPerEpoch));
}
