using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Training.Data;

namespace ResNeXt.MLNet.Scoring;

/// <summary>What <see cref="GuardedView"/> is for rows of views, for rows one at a time.</summary>
internal sealed class GuardedMapper(IRowToRowMapper mapper, NetworkChain chain) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapper.InputSchema;

    public DataViewSchema OutputSchema => mapper.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mapper.GetDependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var guard = new RowGuard(chain);
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
