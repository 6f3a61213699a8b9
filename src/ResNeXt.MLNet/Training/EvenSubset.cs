using ResNeXt.Core.Images;

namespace ResNeXt.MLNet.Training;

/// <summary>Takes some images of a dataset, spread evenly, because rows may be sorted by class.</summary>
internal static class EvenSubset
{
    /// <summary>Takes the images.</summary>
    /// <param name="images">The dataset; owned by the caller.</param>
    /// <param name="most">The largest number of images.</param>
    public static ImageDatasetSubset Of(IImageDataset images, int most)
    {
        int count = Math.Min(most, images.Count);
        return new(images, Enumerable.Range(0, count).Select(index => (int)((long)index * images.Count / count)));
    }
}
