using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Training.Data;

namespace ResNeXt.MLNet.Scoring;

/// <summary>Rows of a <see cref="NetworkChain"/>: errors come as they were thrown, and say so where the chain was disposed of.</summary>
internal sealed class GuardedView(IDataView rows, NetworkChain chain) : IDataView
{
    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new GuardedCursor(new RowGuard(chain).Run(() => rows.GetRowCursor(columnsNeeded, rand)), new RowGuard(chain));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. new RowGuard(chain).Run(() => rows.GetRowCursorSet(columnsNeeded, n, rand))
            .Select(cursor => new GuardedCursor(cursor, new RowGuard(chain)))];

    private sealed class GuardedCursor(DataViewRowCursor cursor, RowGuard guard) : DataViewRowCursor
    {
        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => cursor.Position;

        public override long Batch => cursor.Batch;

        public override bool MoveNext() => guard.Run(cursor.MoveNext);

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => guard.Wrap(cursor.GetGetter<TValue>(column));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                cursor.Dispose();
            base.Dispose(disposing);
        }
    }
}
