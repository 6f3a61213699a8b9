using System.Buffers.Binary;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.Zip;

/// <summary>The record at the end of a zip archive, with the position of the directory.</summary>
/// <param name="EntryCount">The number of entries.</param>
/// <param name="DirectoryOffset">The offset of the directory.</param>
/// <param name="DirectoryLength">The length of the directory in bytes, which is within the file.</param>
internal sealed record ZipEnd(ulong EntryCount, ulong DirectoryOffset, ulong DirectoryLength)
{
    // A checkpoint has a few entries more than it has tensors, and a model has 22. A thousand entries take 0.1 MB.
    private const ulong MaximumEntries = 100_000;
    private const ulong MaximumDirectoryLength = 16_000_000;

    private const uint Signature = 0x06054B50;
    private const uint LocatorSignature = 0x07064B50;
    private const uint Signature64 = 0x06064B50;
    private const int RecordLength = 22;
    private const int LocatorLength = 20;
    private const int RecordLength64 = 56;

    /// <summary>Finds the record.</summary>
    /// <exception cref="InvalidDataException">There is no such record, or the directory is too large or exceeds the file.</exception>
    public static ZipEnd Find(WeightSource source)
    {
        byte[] tail = new byte[Math.Min(source.Length, RecordLength + ushort.MaxValue)];
        long tailStart = source.Length - tail.Length;
        source.Read(tailStart, tail);
        for (int i = tail.Length - RecordLength; i >= 0; i--)
        {
            ReadOnlySpan<byte> record = tail.AsSpan(i);
            // Only the record's own comment may follow the record. The same four bytes elsewhere are a coincidence.
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == Signature
                && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == record.Length - RecordLength)
                return Parse(record, tailStart + i, source);
        }
        throw source.Refuse("is a zip archive without its end; it is cut off. Download or save it again.");
    }

    private static ZipEnd Parse(ReadOnlySpan<byte> record, long position, WeightSource source)
    {
        var end = new ZipEnd(BinaryPrimitives.ReadUInt16LittleEndian(record[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(record[16..]), BinaryPrimitives.ReadUInt32LittleEndian(record[12..]));
        if (end.EntryCount == ushort.MaxValue || end.DirectoryOffset == uint.MaxValue || end.DirectoryLength == uint.MaxValue)
            end = Parse64(position, source) ?? end;
        if (end.EntryCount > MaximumEntries || end.DirectoryLength > MaximumDirectoryLength)
            throw source.Refuse(
                $"is a zip archive whose directory has {end.EntryCount} entries in {end.DirectoryLength} bytes; "
                + $"at most {MaximumEntries} in {MaximumDirectoryLength} bytes are accepted. Save the model or its state_dict alone.");
        if (end.DirectoryOffset > (ulong)position || end.DirectoryLength > (ulong)position - end.DirectoryOffset)
            throw source.Refuse("is a damaged zip archive: its directory lies outside of the file. Download or save it again.");
        return end;
    }

    private static ZipEnd? Parse64(long position, WeightSource source)
    {
        if (position < LocatorLength)
            return null;
        byte[] locator = new byte[LocatorLength];
        source.Read(position - LocatorLength, locator);
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(locator.AsSpan(8));
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature || offset > (ulong)position)
            return null;
        byte[] record = new byte[RecordLength64];
        source.Read((long)offset, record);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) != Signature64 ? null : new ZipEnd(
            BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(32)),
            BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(48)),
            BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(40)));
    }
}
