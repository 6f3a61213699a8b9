using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Scoring.Guards;

/// <summary>A mapper whose rows are read through a <see cref="RowGuard"/>; <see cref="GuardedView"/> does the same for views.</summary>
/// <param name="mapper">The mapper.</param>
/// <param name="throwIfDisposed">Throws if the model was disposed of.</param>
internal sealed class GuardedMapper(IRowToRowMapper mapper, Action throwIfDisposed) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapper.InputSchema;

    public DataViewSchema OutputSchema => mapper.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mapper.GetDependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var guard = new RowGuard(throwIfDisposed);
        return new GuardedRow(guard.Run(() => mapper.GetRow(input, activeColumns)), guard);
    }

    private sealed class GuardedRow(DataViewRow row, RowGuard guard) : DataViewRow
    {
        public override DataViewSchema Schema => row.Schema;

        public override long Position => row.Position;

        public override long Batch => row.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => guard.Wrap(row.GetGetter<TValue>(column));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                row.Dispose();
            base.Dispose(disposing);
        }
    }
}
