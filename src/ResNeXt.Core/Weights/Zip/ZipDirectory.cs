using System.Buffers.Binary;
using System.Text;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.Zip;

/// <summary>
/// The directory of a zip archive, with the position, length and checksum of every entry. Unlike <see cref="System.IO.Compression.ZipArchive"/>, it
/// verifies checksums, refuses duplicate names, and limits the memory for the entries of a hostile file.
/// </summary>
/// <remarks>The format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3 and 4.5.3.</remarks>
internal sealed class ZipDirectory
{
    private const uint LocalSignature = 0x04034B50;
    private const uint EntrySignature = 0x02014B50;
    private const int LocalLength = 30;
    private const int EntryLength = 46;

    private readonly WeightSource _source;
    private readonly ulong _start;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);
    private ulong _stored;

    private ZipDirectory(WeightSource source, ulong start) => (_source, _start) = (source, start);

    /// <summary>The entries, by their paths in the archive.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    /// <summary>The paths in the archive.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Reads the directory.</summary>
    /// <exception cref="InvalidDataException">The archive is cut off or damaged, or its directory is too large.</exception>
    public static ZipDirectory Read(WeightSource source)
    {
        ZipEnd end = ZipEnd.Find(source);
        byte[] bytes = new byte[end.DirectoryLength];
        source.Read((long)end.DirectoryOffset, bytes);
        var directory = new ZipDirectory(source, end.DirectoryOffset);
        int position = 0;
        for (ulong i = 0; i < end.EntryCount; i++)
            position += directory.ReadEntry(bytes.AsSpan(position));
        return directory;
    }

    /// <summary>Gets the position of an uncompressed entry, after verifying its checksum.</summary>
    /// <returns>The offset in the file and the length in bytes, which are within the file; null if the entry does not exist.</returns>
    /// <exception cref="InvalidDataException">The entry is compressed or damaged, or exceeds the file.</exception>
    public (long Offset, long Length)? Find(string name)
    {
        if (!_entries.TryGetValue(name, out ZipEntry? entry))
            return null;
        if (entry.Method != ZipEntry.Stored || entry.StoredLength != entry.Length)
            throw _source.Refuse($"has the compressed entry {Quoted.Name(name)}; torch.save stores entries uncompressed. "
                + "Load it with PyTorch and save it again.");
        long offset = Offset(entry);
        if (entry.Crc != 0)
        {
            using ZipEntryReader reader = Open(entry);
            reader.Finish();
        }
        return (offset, (long)entry.Length);
    }

    /// <summary>Opens an entry, which may be compressed.</summary>
    /// <exception cref="InvalidDataException">
    /// The entry exceeds the file, is encrypted, or is compressed with another method than deflate.
    /// </exception>
    public ZipEntryReader Open(ZipEntry entry)
    {
        bool isKnown = entry.Method == ZipEntry.Deflated || (entry.Method == ZipEntry.Stored && entry.StoredLength == entry.Length);
        if (!isKnown || entry.IsEncrypted)
            throw _source.Refuse($"has the entry {Quoted.Name(entry.Name)} in an encrypted or unknown form; stored and deflated ones are accepted. "
                + "Save it again.");
        return new ZipEntryReader(_source, entry, Offset(entry));
    }

    // Gets the offset of the content, which follows a local header of variable length.
    private long Offset(ZipEntry entry)
    {
        byte[] local = new byte[LocalLength];
        if (entry.HeaderOffset > _start || _start - entry.HeaderOffset < LocalLength)
            throw Damaged();
        _source.Read((long)entry.HeaderOffset, local);
        ulong offset = entry.HeaderOffset + LocalLength + UInt16(local, 26) + UInt16(local, 28);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalSignature || offset > _start || entry.StoredLength > _start - offset)
            throw Damaged();
        return (long)offset;
    }

    private int ReadEntry(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EntryLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != EntrySignature)
            throw Damaged();
        int nameLength = UInt16(bytes, 28), extraLength = UInt16(bytes, 30);
        int length = EntryLength + nameLength + extraLength + UInt16(bytes, 32);
        if (bytes.Length < length)
            throw Damaged();
        string name = Encoding.UTF8.GetString(bytes.Slice(EntryLength, nameLength));
        var extra = new ZipExtra(bytes.Slice(EntryLength + nameLength, extraLength));
        // The order matters: the extra field contains only the numbers that do not fit 32 bits, beginning with the uncompressed length.
        ulong full = extra.Widen(BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]));
        ulong stored = extra.Widen(BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]));
        ulong offset = extra.Widen(BinaryPrimitives.ReadUInt32LittleEndian(bytes[42..]));
        // Entries that overlap would be read again and again.
        if (stored > _start || (_stored += stored) > _start)
            throw Damaged();
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        bool isEncrypted = (UInt16(bytes, 8) & 1) != 0;
        if (!_entries.TryAdd(name, new ZipEntry(name, UInt16(bytes, 10), stored, full, crc, isEncrypted, offset)))
            throw _source.Refuse($"has the zip entry {Quoted.Name(name)} twice; it is damaged. Save it again.");
        return length;
    }

    private InvalidDataException Damaged() =>
        _source.Refuse("is a damaged zip archive: its directory does not match its content. Download or save it again.");

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
}
