using System.Collections.Immutable;

namespace ResNeXt.Core.Images;

/// <summary>Some images of a source, by their indices; it does not own the source.</summary>
public sealed class ImageDatasetSubset : IImageDataset
{
    private readonly IImageDataset _source;
    private readonly ImmutableArray<int> _indices;

    /// <summary>Makes a subset.</summary>
    /// <param name="source">Where the images are.</param>
    /// <param name="indices">Which of them, in order.</param>
    public ImageDatasetSubset(IImageDataset source, IEnumerable<int> indices)
    {
        _source = source;
        _indices = [.. indices];
    }

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public ImageShape Shape => _source.Shape;

    /// <inheritdoc/>
    public PixelRange Range => _source.Range;

    /// <inheritdoc/>
    public int Label(int index) => _source.Label(_indices[index]);

    /// <inheritdoc/>
    public void CopyTo(int index, Span<float> pixels) => _source.CopyTo(_indices[index], pixels);

    /// <summary>Sets a fraction of every class aside, drawn by seed, at least one image of each class that has two.</summary>
    /// <param name="source">What to split.</param>
    /// <param name="fraction">Above 0 and below 1.</param>
    /// <param name="seed">The same seed draws the same images.</param>
    /// <param name="option">What messages call the fraction: the option that it was given by.</param>
    /// <returns>The rest and the images set aside, both in the source's order; neither is empty.</returns>
    /// <exception cref="ArgumentException">The fraction is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no image, or no class has two, so that nothing can be set aside.</exception>
    public static (ImageDatasetSubset Remaining, ImageDatasetSubset Aside) Split(
        IImageDataset source, double fraction, int seed, string option = "The fraction to set aside")
    {
        ArgumentNullException.ThrowIfNull(source);
        (int[] remaining, int[] aside) = StratifiedSplit.Of(
            Enumerable.Range(0, source.Count).Select(source.Label), fraction, seed, option: option);
        return (new(source, remaining), new(source, aside));
    }
}
