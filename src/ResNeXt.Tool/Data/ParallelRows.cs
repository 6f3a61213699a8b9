using Microsoft.ML;
using Microsoft.ML.Data;

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
        return [.. Enumerable.Range(0, count).Select(index => new EveryNth(rows.GetRowCursor(columns, rand), index, count))];
    }

    private sealed class EveryNth(DataViewRowCursor cursor, int index, int count) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => _position;

        // ML.NET puts the rows of several cursors in the order of their batches.
        public override long Batch => cursor.Position;

        public override bool MoveNext()
        {
            do
            {
                if (!cursor.MoveNext())
                {
                    _position = -1;
                    return false;
                }
            }
            while (cursor.Position % count != index);
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => cursor.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                cursor.Dispose();
            base.Dispose(disposing);
        }
    }
}
