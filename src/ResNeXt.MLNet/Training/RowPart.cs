using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Training;

/// <summary>
/// Some rows of a view, chosen by their ids. Unlike ML.NET's filters it asks for the values of no other row, on none of ML.NET's threads, so that
/// steps before it and after it are computed for these rows alone.
/// </summary>
/// <param name="rows">The view.</param>
/// <param name="isIn">Whether a row belongs to the part. Called by several threads.</param>
internal sealed class RowPart(IDataView rows, Func<DataViewRowId, bool> isIn) : IDataView
{
    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        PartOf(rows.GetRowCursor(columnsNeeded, rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. rows.GetRowCursorSet(columnsNeeded, n, rand).Select(PartOf)];

    private SelectedRowsCursor PartOf(DataViewRowCursor cursor)
    {
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        DataViewRowId id = default;
        return new(cursor, () =>
        {
            getId(ref id);
            return isIn(id);
        });
    }
}
