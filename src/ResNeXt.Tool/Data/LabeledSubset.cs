using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Images;

namespace ResNeXt.Tool.Data;

/// <summary>A subset of labeled images, in the original order.</summary>
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

    /// <summary>Creates a subset from indices.</summary>
    public static LabeledSubset Of(ILabeledImages images, IEnumerable<int> indices) => new(images, indices);

    /// <summary>Sets a random fraction of every class aside for validation. A class with a single image keeps it for training.</summary>
    /// <exception cref="InvalidOperationException">No class has two images, so nothing can be set aside. The message names the option.</exception>
    public static (LabeledSubset Training, LabeledSubset Validation) Split(ILabeledImages images, double fraction, int seed, string option)
    {
        (int[] training, int[] aside) = StratifiedSplit.Of(images.Rows().Select(row => row.Label), fraction, seed, StringComparer.Ordinal, option);
        return (new(images, training), new(images, aside));
    }

    /// <inheritdoc/>
    public IEnumerable<LabeledImage> Rows() => _images.Rows().Where((_, index) => _indices.Contains(index));
}
