using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Scoring.Columns;

/// <summary>A row with one image, of any size.</summary>
internal sealed class ImageRow : DataViewRow
{
    /// <summary>The name of the column with the image.</summary>
    public const string ColumnName = "Image";

    private MLImage? _image;
    private long _position = -1;

    /// <summary>The schema of such rows.</summary>
    public static DataViewSchema ImageSchema { get; } = CreateSchema();

    public override DataViewSchema Schema => ImageSchema;

    public override long Position => _position;

    public override long Batch => 0;

    /// <summary>Makes this the next row.</summary>
    /// <param name="image">Its image, which the caller disposes of, or a step that it is passed to.</param>
    public void MoveTo(MLImage image)
    {
        _image = image;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ValueGetter<MLImage?> getter = (ref MLImage? image) => image = _image;
        return (ValueGetter<TValue>)(Delegate)getter;
    }

    private static DataViewSchema CreateSchema()
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ColumnName, new ImageDataViewType());
        return schema.ToSchema();
    }
}
