using System.Buffers.Binary;

namespace ResNeXt.Core.Weights.Zip;

/// <summary>The numbers of a zip entry that do not fit its 32-bit fields, in order.</summary>
internal ref struct ZipExtra
{
    private const ushort Zip64 = 1;

    private ReadOnlySpan<byte> _numbers;

    /// <summary>Finds the numbers among the extra fields of an entry. Most archives have none.</summary>
    public ZipExtra(ReadOnlySpan<byte> fields)
    {
        while (fields.Length >= 4)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(fields[2..]), fields.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(fields) == Zip64)
                _numbers = fields.Slice(4, length);
            fields = fields[(4 + length)..];
        }
    }

    /// <summary>Gets the value of a field, or the next 64-bit number if the field is marked as too small.</summary>
    public ulong Widen(uint field)
    {
        if (field != uint.MaxValue || _numbers.Length < sizeof(ulong))
            return field;
        ulong number = BinaryPrimitives.ReadUInt64LittleEndian(_numbers);
        _numbers = _numbers[sizeof(ulong)..];
        return number;
    }
}
