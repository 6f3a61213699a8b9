using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Imaging;

namespace ImageClassification.Data;

/// <summary>Some of a set's images, in its order.</summary>
public sealed class LabeledSubset : ILabeledImages
{
    private readonly ILabeledImages _images;
    private readonly HashSet<int> _indices;

    private LabeledSubset(ILabeledImages images, IEnumerable<int> indices) => (_images, _indices) = (images, [.. indices]);

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _images.ClassNames;

    /// <inheritdoc/>
    public int Count => _indices.Count;

    /// <inheritdoc/>
    public ImageDataViewType ImageType => _images.ImageType;

    /// <summary>The images of those indices.</summary>
    public static LabeledSubset Of(ILabeledImages images, IEnumerable<int> indices) => new(images, indices);

    /// <summary>Sets a fraction of every class aside, drawn by seed; a class with a single image keeps it for training.</summary>
    public static (LabeledSubset Training, LabeledSubset Validation) Split(ILabeledImages images, double fraction, int seed)
    {
        (int[] training, int[] aside) = StratifiedSplit.Of(images.Rows().Select(row => row.Label), fraction, seed, StringComparer.Ordinal);
        return (new(images, training), new(images, aside));
    }

    /// <inheritdoc/>
    public IEnumerable<LabeledImage> Rows() => _images.Rows().Where((_, index) => _indices.Contains(index));
}
