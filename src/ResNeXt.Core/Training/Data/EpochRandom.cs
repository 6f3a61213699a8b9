using ResNeXt.Core.Images;

namespace ResNeXt.Core.Training.Data;

/// <summary>
/// The randomness of one epoch, as pure functions of the seed, so that neither background work nor resuming changes what the network sees.
/// </summary>
/// <param name="Seed">The seed of the training.</param>
/// <param name="Epoch">The number of the epoch, from 1.</param>
internal readonly record struct EpochRandom(int Seed, int Epoch)
{
    /// <summary>The indices of all images, shuffled.</summary>
    /// <param name="dataset">The images.</param>
    public int[] Shuffled(IImageDataset dataset)
    {
        int[] order = [.. Enumerable.Range(0, dataset.Count)];
        Generator(Purpose.Order, 0).Shuffle(order);
        return order;
    }

    /// <summary>As many indices as there are images, every class drawn about equally often.</summary>
    /// <param name="dataset">The images.</param>
    public int[] Balanced(IImageDataset dataset)
    {
        int[][] classes =
            [.. Enumerable.Range(0, dataset.Count).GroupBy(dataset.Label).OrderBy(group => group.Key).Select(group => group.ToArray())];
        Random random = Generator(Purpose.Order, 0);
        int[] order = new int[dataset.Count];
        for (int position = 0; position < order.Length; position++)
        {
            int[] images = classes[position % classes.Length];
            order[position] = images[random.Next(images.Length)];
        }
        random.Shuffle(order);
        return order;
    }

    /// <summary>The random generator for the augmentation of an image.</summary>
    /// <param name="position">The position of the image in the order of the epoch.</param>
    public Random OfImage(int position) => Generator(Purpose.Image, position);

    /// <summary>The random generator for mixing a batch.</summary>
    /// <param name="batch">The number of the batch in the epoch.</param>
    public Random OfBatch(int batch) => Generator(Purpose.Batch, batch);

    // Hashed by SplitMix64's finalizer, so that neighboring seeds, epochs and positions get unrelated generators.
    private Random Generator(Purpose purpose, int position)
    {
        ulong mixed = ((ulong)(uint)Seed << 32 | (uint)Epoch) + 0x9E3779B97F4A7C15UL * (((ulong)purpose << 32 | (uint)position) + 1);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return new Random((int)((mixed ^ (mixed >> 31)) & int.MaxValue));
    }

    private enum Purpose
    {
        Order,
        Image,
        Batch,
    }
}
