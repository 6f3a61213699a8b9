using System.Threading.Channels;
using System.Runtime.InteropServices;
using ResNeXt.Core.Imaging;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>Turns images into normalised batches, prepared in the background while the network computes.</summary>
/// <remarks>
/// Order and augmentation are functions of seed, epoch and image alone, so neither the background work nor a restart changes what the network sees.
/// </remarks>
internal sealed class BatchLoader(IImageSource source, PixelNormalization normalization, int batchSize)
{
    // Two batches ahead hide the preparation without holding much memory.
    private const int QueueLength = 2;

    /// <summary>Batches an epoch.</summary>
    public int BatchesPerEpoch { get; } = (source.Count + batchSize - 1) / batchSize;

    /// <summary>The batches of one training epoch: shuffled, and augmented if asked for.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int seed, bool augment, CancellationToken cancellation)
    {
        int[] order = [.. Enumerable.Range(0, source.Count)];
        new Random(SeedOf(seed, epoch, -1)).Shuffle(order);
        return Load(order, index => augment ? new Random(SeedOf(seed, epoch, index)) : null, cancellation);
    }

    /// <summary>All images once, in order and as they are.</summary>
    public IEnumerable<Batch> InOrder(CancellationToken cancellation) => Load([.. Enumerable.Range(0, source.Count)], _ => null, cancellation);

    private IEnumerable<Batch> Load(int[] order, Func<int, Random?> randomOf, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Channel<Batch> queue = Channel.CreateBounded<Batch>(QueueLength);
        Task producer = Task.Run(() => Produce(order, randomOf, queue.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (queue.Reader.TryRead(out Batch? batch))
                    yield return batch;
            }
            cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            stop.Cancel();
            producer.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
            while (queue.Reader.TryRead(out Batch? unused))
                unused.Dispose();
        }
    }

    private async Task Produce(int[] order, Func<int, Random?> randomOf, ChannelWriter<Batch> queue, CancellationToken stop)
    {
        try
        {
            var scratch = new float[source.Shape.Length];
            for (int batch = 0; batch < BatchesPerEpoch; batch++)
            {
                // Balanced: 33 images in batches of 32 are 16 and 17, never a batch of one, which batch normalisation cannot learn from.
                int first = (int)((long)order.Length * batch / BatchesPerEpoch), end = (int)((long)order.Length * (batch + 1) / BatchesPerEpoch);
                Batch made = Make(order.AsSpan(first..end), randomOf, scratch);
                try
                {
                    await queue.WriteAsync(made, stop).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    made.Dispose();
                    throw;
                }
            }
            queue.Complete();
        }
        catch (OperationCanceledException)
        {
            queue.Complete();
        }
        catch (Exception exception)
        {
            queue.Complete(exception);
        }
    }

    private Batch Make(ReadOnlySpan<int> indices, Func<int, Random?> randomOf, float[] scratch)
    {
        ImageShape shape = source.Shape;
        using Tensor images = empty([indices.Length, shape.Channels, shape.Height, shape.Width], ScalarType.Float32);
        Tensor labels = empty([indices.Length], ScalarType.Int64);
        Span<float> pixels = MemoryMarshal.Cast<byte, float>(images.bytes);
        Span<long> classes = MemoryMarshal.Cast<byte, long>(labels.bytes);
        for (int i = 0; i < indices.Length; i++)
        {
            Span<float> image = pixels.Slice(i * shape.Length, shape.Length);
            classes[i] = source.Label(indices[i]);
            if (randomOf(indices[i]) is { } random)
            {
                source.CopyTo(indices[i], scratch);
                Augmentation.CropAndFlip(scratch, image, shape, normalization.Mean, random);
            }
            else
            {
                source.CopyTo(indices[i], image);
            }
            normalization.Apply(image, shape.PlaneLength);
        }
        return new Batch(ChannelsLast.Copy(images), labels);
    }

    // Mixed by SplitMix64's finalizer: neighbouring seeds, epochs and images get unrelated generators.
    private static int SeedOf(int seed, int epoch, int index)
    {
        ulong mixed = ((ulong)(uint)seed << 32 | (uint)epoch) + 0x9E3779B97F4A7C15UL * (ulong)(index + 2);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return (int)((mixed ^ (mixed >> 31)) & int.MaxValue);
    }
}
