using Microsoft.ML;

namespace ResNeXt.MLNet.Schema;

/// <summary>Reads keys of 8 to 64 bits.</summary>
internal static class KeyGetter
{
    /// <summary>A getter for the key in the cursor's current row: from 1, or 0 for a missing key.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="label">The key column.</param>
    public static Func<ulong> Of(DataViewRowCursor cursor, DataViewSchema.Column label) => label.Type.RawType switch
    {
        var type when type == typeof(byte) => Widen<byte>(cursor, label),
        var type when type == typeof(ushort) => Widen<ushort>(cursor, label),
        var type when type == typeof(ulong) => Widen<ulong>(cursor, label),
        _ => Widen<uint>(cursor, label),
    };

    private static Func<ulong> Widen<T>(DataViewRowCursor cursor, DataViewSchema.Column label) where T : unmanaged, IConvertible
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(label);
        T value = default;
        return () =>
        {
            getter(ref value);
            return value.ToUInt64(null);
        };
    }
}
