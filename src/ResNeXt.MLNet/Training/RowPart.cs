using Microsoft.ML;
using Microsoft.ML.Data;

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
        new PartCursor(rows.GetRowCursor(columnsNeeded, rand), isIn);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. rows.GetRowCursorSet(columnsNeeded, n, rand).Select(cursor => new PartCursor(cursor, isIn))];

    private sealed class PartCursor(DataViewRowCursor cursor, Func<DataViewRowId, bool> isIn) : DataViewRowCursor
    {
        private readonly ValueGetter<DataViewRowId> _getId = cursor.GetIdGetter();
        private long _position = -1;

        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => _position;

        public override long Batch => cursor.Batch;

        public override bool MoveNext()
        {
            DataViewRowId id = default;
            while (cursor.MoveNext())
            {
                _getId(ref id);
                if (!isIn(id))
                    continue;
                _position++;
                return true;
            }
            _position = -1;
            return false;
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
