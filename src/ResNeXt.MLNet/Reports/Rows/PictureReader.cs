using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Reports.Rows;

/// <summary>Reads the images of some rows, without scoring or decoding the others.</summary>
internal static class PictureReader
{
    // The longest side of a thumbnail, in pixels.
    private const int Side = 128;

    /// <summary>Makes thumbnails.</summary>
    /// <param name="rows">The rows, in the order in which they were scored.</param>
    /// <param name="columnName">The column with images or with paths; without it there are no thumbnails.</param>
    /// <param name="wanted">The indices of the rows.</param>
    /// <returns>The thumbnails by the indices of their rows.</returns>
    /// <exception cref="InvalidOperationException">The column holds something else.</exception>
    public static IReadOnlyDictionary<int, Thumbnail> Read(IDataView rows, string columnName, IReadOnlySet<int> wanted) =>
        rows.Schema.GetColumnOrNull(columnName) is { } column
            ? RowErrors.Unwrapped(() => Read(rows, column, wanted))
            : new Dictionary<int, Thumbnail>();

    private static Dictionary<int, Thumbnail> Read(IDataView rows, DataViewSchema.Column column, IReadOnlySet<int> wanted)
    {
        var thumbnails = new Dictionary<int, Thumbnail>();
        using DataViewRowCursor cursor = rows.GetRowCursor([column]);
        Func<Thumbnail?> read = ReaderOf(cursor, column);
        for (int row = 0; thumbnails.Count < wanted.Count && cursor.MoveNext(); row++)
        {
            if (wanted.Contains(row) && read() is { } thumbnail)
                thumbnails[row] = thumbnail;
        }
        return thumbnails;
    }

    private static Func<Thumbnail?> ReaderOf(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is ImageDataViewType)
        {
            ValueGetter<MLImage> getImage = cursor.GetGetter<MLImage>(column);
            // The rows own their images.
            MLImage? image = null;
            return () =>
            {
                getImage(ref image!);
                return image is null ? null : Thumbnail.Of(image, Side);
            };
        }
        if (column.Type is not TextDataViewType)
        {
            throw new InvalidOperationException($"The column '{column.Name}' has the type {column.Type}; pictures come from images or from "
                + "their paths. Name another column.");
        }
        ValueGetter<ReadOnlyMemory<char>> getPath = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> path = default;
        return () =>
        {
            getPath(ref path);
            using MLImage image = ImageDecoder.Decode($"{path}");
            return Thumbnail.Of(image, Side);
        };
    }
}
