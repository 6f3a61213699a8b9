using ResNeXt.Core.Images;

namespace ResNeXt.Benchmarks.Comparison.Training;

/// <summary>Makes images whose content does not matter.</summary>
internal static class NoiseImages
{
    /// <summary>Fills a store, which the caller disposes of.</summary>
    /// <param name="size">Side of the images in pixels.</param>
    /// <param name="count">How many.</param>
    /// <param name="classes">The labels go round these.</param>
    /// <param name="memoryLimit">Bytes that stay in memory; null for all.</param>
    public static ImageStore Store(int size, int count, int classes, long? memoryLimit = null)
    {
        var random = new Random(1);
        var store = new ImageStore(new ImageShape(3, size, size), memoryLimit ?? long.MaxValue);
        var bytes = new byte[store.Shape.Length];
        var pixels = new float[bytes.Length];
        for (int index = 0; index < count; index++)
        {
            random.NextBytes(bytes);
            for (int i = 0; i < bytes.Length; i++)
                pixels[i] = bytes[i];
            store.Add(pixels, index % classes);
        }
        return store;
    }
}
