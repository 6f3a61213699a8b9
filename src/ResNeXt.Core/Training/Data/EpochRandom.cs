using ResNeXt.Core.Images;

namespace ResNeXt.Core.Training.Data;

/// <summary>The randomness of one epoch, as pure functions of the seed: neither background work nor a restart changes what the network sees.</summary>
internal readonly record struct EpochRandom(int Seed, int Epoch)
{
    /// <summary>All images once, shuffled.</summary>
    public int[] Shuffled(IImageDataset source)
    {
        int[] order = [.. Enumerable.Range(0, source.Count)];
        Generator(Purpose.Order, 0).Shuffle(order);
        return order;
    }

    /// <summary>As many draws as there are images, every class about equally often.</summary>
    public int[] Balanced(IImageDataset source)
    {
        int[][] classes = [.. Enumerable.Range(0, source.Count).GroupBy(source.Label).OrderBy(group => group.Key).Select(group => group.ToArray())];
        Random random = Generator(Purpose.Order, 0);
        int[] order = new int[source.Count];
        for (int position = 0; position < order.Length; position++)
        {
            int[] images = classes[position % classes.Length];
            order[position] = images[random.Next(images.Length)];
        }
        random.Shuffle(order);
        return order;
    }

    /// <summary>Decides the augmentation of the image at a place of the epoch's order.</summary>
    public Random OfImage(int position) => Generator(Purpose.Image, position);

    /// <summary>Decides how a batch is mixed.</summary>
    public Random OfBatch(int batch) => Generator(Purpose.Batch, batch);

    // Mixed by SplitMix64's finalizer: neighbouring seeds, epochs and places get unrelated generators.
    private Random Generator(Purpose purpose, int place)
    {
        ulong mixed = ((ulong)(uint)Seed << 32 | (uint)Epoch) + 0x9E3779B97F4A7C15UL * (((ulong)purpose << 32 | (uint)place) + 1);
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
