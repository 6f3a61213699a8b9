using Microsoft.ML.Transforms.Image;

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

    /// <summary>Sets a fraction of every class aside, drawn by seed; a class with a single image keeps it for training.</summary>
    public static (LabeledSubset Training, LabeledSubset Validation) Split(ILabeledImages images, double fraction, int seed)
    {
        var random = new Random(seed);
        var aside = new HashSet<int>();
        IEnumerable<IGrouping<string, int>> classes = images.Rows().Select((row, index) => (row.Label, index)).GroupBy(item => item.Label, item => item.index);
        foreach (IGrouping<string, int> indices in classes.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            int[] shuffled = [.. indices];
            random.Shuffle(shuffled);
            aside.UnionWith(shuffled.Take(Math.Min(shuffled.Length - 1, Math.Max(1, (int)Math.Round(shuffled.Length * fraction)))));
        }
        return (new(images, Enumerable.Range(0, images.Count).Where(index => !aside.Contains(index))), new(images, aside));
    }

    /// <inheritdoc/>
    public IEnumerable<LabeledImage> Rows() => _images.Rows().Where((_, index) => _indices.Contains(index));
}
