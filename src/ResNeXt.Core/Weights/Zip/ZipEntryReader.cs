using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.Zip;

/// <summary>
/// Reads an entry of a zip archive forward, in chunks, and verifies its length and checksum. It never returns more bytes than the directory claims,
/// even if a compressed entry expands to more.
/// </summary>
internal sealed class ZipEntryReader : IDisposable
{
    private const int PieceLength = 1 << 16;

    private readonly WeightSource _source;
    private readonly ZipEntry _entry;
    private readonly Stream _content;
    private readonly Crc32 _crc = new();
    private ulong _read;

    /// <summary>Creates a reader at the first byte of an entry.</summary>
    /// <param name="source">The zip archive.</param>
    /// <param name="entry">The entry to read.</param>
    /// <param name="offset">The offset of the stored bytes, which are all within the file.</param>
    public ZipEntryReader(WeightSource source, ZipEntry entry, long offset)
    {
        _source = source;
        _entry = entry;
        Stream stored = new SourceStream(source, offset, (long)entry.StoredLength);
        _content = entry.Method == ZipEntry.Stored ? stored : new DeflateStream(stored, CompressionMode.Decompress);
    }

    /// <summary>Reads the next bytes, and fills <paramref name="destination"/> with them.</summary>
    /// <exception cref="InvalidDataException">The entry has fewer bytes, or cannot be decompressed.</exception>
    public void Read(Span<byte> destination)
    {
        if ((ulong)destination.Length > _entry.Length - _read || ReadUpTo(destination) < destination.Length)
            throw Damaged($"has fewer than {_read + (ulong)destination.Length} bytes");
        _crc.Append(destination);
        _read += (ulong)destination.Length;
    }

    /// <summary>Reads the rest of the entry, and verifies its length and checksum.</summary>
    /// <exception cref="InvalidDataException">The length or checksum does not match the directory, or the entry cannot be decompressed.</exception>
    public void Finish()
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            while (_read < _entry.Length)
                Read(piece.AsSpan(0, (int)Math.Min(PieceLength, _entry.Length - _read)));
            if (ReadUpTo(piece.AsSpan(0, 1)) > 0)
                throw Damaged($"has more than {_entry.Length} bytes");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
        if (_crc.GetCurrentHashAsUInt32() != _entry.Crc)
            throw Damaged("does not have the checksum that it was written with");
    }

    /// <summary>Closes the entry, not the archive.</summary>
    public void Dispose() => _content.Dispose();

    private int ReadUpTo(Span<byte> destination)
    {
        try
        {
            return _content.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        // The exception of DeflateStream does not name the file.
        catch (InvalidDataException exception) when (_content is DeflateStream)
        {
            throw Damaged("cannot be unpacked", exception);
        }
    }

    private InvalidDataException Damaged(string what, Exception? inner = null) => new(
        _source.Refuse($"is damaged: its entry {Quoted.Name(_entry.Name)} {what}. Download or save it again.").Message, inner);

    /// <summary>The stored bytes of the entry.</summary>
    private sealed class SourceStream(WeightSource source, long offset, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, length - _position);
            source.Read(offset + _position, buffer[..count]);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int start, int count) => Read(buffer.AsSpan(start, count));

        public override void Flush()
        {
        }

        public override long Seek(long position, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int start, int count) => throw new NotSupportedException();
    }
}
