using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Training;

/// <summary>Refuses training sets that nothing can be learned from.</summary>
internal static class TrainingSetChecks
{
    /// <summary>Checks the label's keys before any image is decoded.</summary>
    /// <param name="data">The training rows.</param>
    /// <param name="label">The label column.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="InvalidOperationException">There are fewer than two classes.</exception>
    // Fewer than two keys may mean that there are no rows: from an empty view MapValueToKey makes no keys.
    public static void CheckKeys(IDataView data, DataViewSchema.Column label, LabelKeys labels)
    {
        if (labels.Names.Count > 1)
            return;
        using DataViewRowCursor cursor = data.GetRowCursor([label]);
        throw RowErrors.Unwrapped(cursor.MoveNext)
            ? new InvalidOperationException($"The label column '{label.Name}' has the single class '{string.Concat(labels.Names)}'; "
                + "at least 2 classes are needed. Add images of other classes.")
            : TooFewImages(0);
    }

    /// <summary>Checks the classes of the images, and warns of classes without an image.</summary>
    /// <param name="images">The images.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="InvalidOperationException">There are fewer than two images, or all are of one class.</exception>
    public static void CheckClasses(ImageStore images, LabelKeys labels, IChannel log)
    {
        if (images.Count < 2)
            throw TooFewImages(images.Count);
        var used = Enumerable.Range(0, images.Count).Select(images.Label).ToHashSet();
        if (used.Count == 1)
        {
            throw new InvalidOperationException($"All {images.Count} training images are of the single class '{labels.Names[used.Single()]}'; "
                + "at least 2 classes are needed. Add images of other classes.");
        }
        string[] unused = [.. labels.Names.Where((_, index) => !used.Contains(index))];
        if (unused.Length > 0)
        {
            log.Warning(MessageSensitivity.UserData, "{0} of {1} classes have no training image ({2}); they will hardly ever be predicted.",
                unused.Length, labels.Names.Count, ColumnSearch.Some(unused));
        }
    }

    private static InvalidOperationException TooFewImages(int count) =>
        new($"The training set has {(count == 0 ? "no labeled image" : "a single labeled image")}; at least 2 are needed. "
            + "Check the path and the filters before the trainer.");
}
