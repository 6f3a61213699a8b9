using System.Collections.Immutable;

namespace ResNeXt.Core.Images;

/// <summary>Some images of a dataset, by their indices. The subset does not own the dataset.</summary>
public sealed class ImageDatasetSubset : IImageDataset
{
    private readonly IImageDataset _dataset;
    private readonly ImmutableArray<int> _indices;

    /// <summary>Creates a subset.</summary>
    /// <param name="dataset">The dataset; owned by the caller.</param>
    /// <param name="indices">The indices of the images in the dataset, in the order of the subset.</param>
    public ImageDatasetSubset(IImageDataset dataset, IEnumerable<int> indices)
    {
        _dataset = dataset;
        _indices = [.. indices];
    }

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public ImageShape Shape => _dataset.Shape;

    /// <inheritdoc/>
    public PixelRange Range => _dataset.Range;

    /// <inheritdoc/>
    public int Label(int index) => _dataset.Label(_indices[index]);

    /// <inheritdoc/>
    public void CopyTo(int index, Span<float> pixels) => _dataset.CopyTo(_indices[index], pixels);

    /// <summary>Splits a dataset at random: sets aside a fraction of every class, at least one image of every class that has two.</summary>
    /// <param name="dataset">The dataset to split; owned by the caller.</param>
    /// <param name="fraction">The fraction to set aside; above 0, below 1.</param>
    /// <param name="seed">The seed; the same seed draws the same images.</param>
    /// <param name="option">The name of the fraction in messages.</param>
    /// <returns>The remaining images and those set aside, both in the order of the dataset; neither is empty.</returns>
    /// <exception cref="ArgumentException">The fraction is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no image, or no class has two, so that nothing can be set aside.</exception>
    public static (ImageDatasetSubset Remaining, ImageDatasetSubset Aside) Split(
        IImageDataset dataset, double fraction, int seed, string option = "The fraction to set aside")
    {
        ArgumentNullException.ThrowIfNull(dataset);
        (int[] remaining, int[] aside) = StratifiedSplit.Of(
            Enumerable.Range(0, dataset.Count).Select(dataset.Label), fraction, seed, option: option);
        return (new(dataset, remaining), new(dataset, aside));
    }
}
