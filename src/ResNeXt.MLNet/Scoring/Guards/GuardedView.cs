using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Scoring.Guards;

/// <summary>A view whose rows are read through a <see cref="RowGuard"/>.</summary>
/// <param name="rows">The view.</param>
/// <param name="throwIfDisposed">Throws if the model was disposed of.</param>
internal sealed class GuardedView(IDataView rows, Action throwIfDisposed) : IDataView
{
    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new GuardedCursor(NewGuard().Run(() => rows.GetRowCursor(columnsNeeded, rand)), NewGuard());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. NewGuard().Run(() => rows.GetRowCursorSet(columnsNeeded, n, rand)).Select(cursor => new GuardedCursor(cursor, NewGuard()))];

    private RowGuard NewGuard() => new(throwIfDisposed);

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
