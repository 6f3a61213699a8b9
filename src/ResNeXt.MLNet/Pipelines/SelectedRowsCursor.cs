using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Pipelines;

/// <summary>A cursor over some rows of another one, which asks for the values of no other row.</summary>
/// <param name="cursor">The other cursor, which this one disposes of.</param>
/// <param name="isSelected">Whether the row that the other cursor is at belongs to them.</param>
/// <param name="batch">Says the batch of the row; null for the other cursor's.</param>
internal sealed class SelectedRowsCursor(DataViewRowCursor cursor, Func<bool> isSelected, Func<long>? batch = null) : DataViewRowCursor
{
    private long _position = -1;

    public override DataViewSchema Schema => cursor.Schema;

    public override long Position => _position;

    public override long Batch => batch?.Invoke() ?? cursor.Batch;

    public override bool MoveNext()
    {
        while (cursor.MoveNext())
        {
            if (!isSelected())
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
