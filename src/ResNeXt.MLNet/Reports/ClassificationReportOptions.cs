using Microsoft.ML;
using ResNeXt.Core.Options;

namespace ResNeXt.MLNet.Reports;

/// <summary>The columns that a <see cref="ClassificationReport"/> is made from, and the number of its pictures.</summary>
public sealed record ClassificationReportOptions
{
    private const int MostPictures = 5000;

    /// <summary>The key column with the classes of the images.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column with a probability per class.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column with the images, or with their paths (text). Without such a column the report has no pictures.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>
    /// The text column with the names of the images, for example their paths; the folder that all have in common is left out. Without such a column,
    /// images are named by the number of their row.
    /// </summary>
    public string NameColumnName { get; init; } = "ImagePath";

    /// <summary>The rows to take pictures from, if the scored rows do not have them: the same images in the same order.</summary>
    /// <value>Default null: the scored rows.</value>
    public IDataView? ImageRows { get; init; }

    /// <summary>The largest number of pictures in the report; each takes about 6 KB.</summary>
    /// <value>Default 500. From 0 to 5,000.</value>
    public int MaximumPictures { get; init; } = 500;

    /// <summary>Throws if a value is out of range.</summary>
    internal void Validate() => OptionErrors.ThrowIfAny(
        MaximumPictures is >= 0 and <= MostPictures ? [] : [$"{nameof(MaximumPictures)} is {MaximumPictures}; it must be from 0 to {MostPictures}."]);
}
