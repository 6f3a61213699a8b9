using Microsoft.ML;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.Tool.Data;

/// <summary>
/// A view that several threads of ML.NET read, each every N-th row. For rows that cost little until a value is asked for, such as those of
/// <see cref="LabeledImagesExtensions.ToDataView"/>, whose images ML.NET would decode one after the other.
/// </summary>
/// <param name="rows">The view. Several cursors over it give the same rows in the same order.</param>
internal sealed class ParallelRows(IDataView rows) : IDataView
{
    // Each thread holds a decoded image, which may be as large as the largest one allowed.
    private const int MostThreads = 4;

    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        rows.GetRowCursor(columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        int count = rand is null ? Math.Clamp(n, 1, MostThreads) : 1;
        return [.. Enumerable.Range(0, count).Select(index => EveryNth(rows.GetRowCursor(columns, rand), index, count))];
    }

    // ML.NET puts the rows of several cursors in the order of their batches.
    private static SelectedRowsCursor EveryNth(DataViewRowCursor cursor, int index, int count) =>
        new(cursor, () => cursor.Position % count == index, batch: () => cursor.Position);
}
