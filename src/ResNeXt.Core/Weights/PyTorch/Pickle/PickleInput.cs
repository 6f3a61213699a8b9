using System.Buffers.Binary;
using System.Text;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>The bytes of a pickle in a file, read forward through a small buffer.</summary>
/// <param name="source">The file.</param>
/// <param name="start">The offset of the first byte.</param>
/// <param name="end">The offset after the last byte that may belong to the pickle.</param>
internal sealed class PickleInput(WeightSource source, long start, long end)
{
    private const int BufferLength = 1 << 16;
    private const int LongestLine = 1_024;

    private readonly byte[] _buffer = new byte[Math.Min(BufferLength, end - start)];
    private long _bufferStart = start;
    private int _buffered;
    private int _next;

    /// <summary>The offset of the next byte in the file.</summary>
    public long Position => _bufferStart + _next;

    public byte Byte()
    {
        if (_next == _buffered)
            Refill();
        return _buffer[_next++];
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong)));

    // The only big-endian number in pickles.
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(sizeof(double)));

    /// <summary>Reads a string of the given number of UTF-8 bytes.</summary>
    public string Text(ulong length) => Encoding.UTF8.GetString(Bytes(length));

    /// <summary>Reads bytes. Checks that the file contains them before memory is allocated.</summary>
    public byte[] Bytes(ulong length)
    {
        CheckRemaining(length);
        byte[] bytes = new byte[length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Byte();
        return bytes;
    }

    /// <summary>Skips bytes.</summary>
    public void Skip(ulong length)
    {
        CheckRemaining(length);
        _bufferStart = Position + (long)length;
        _buffered = _next = 0;
    }

    /// <summary>Reads the text up to the next line feed, without it.</summary>
    public string Line()
    {
        var line = new StringBuilder();
        for (char character = (char)Byte(); character != '\n'; character = (char)Byte())
        {
            if (line.Append(character).Length > LongestLine)
                throw Damaged($"has a line of more than {LongestLine} characters");
        }
        return line.ToString();
    }

    /// <summary>Creates the exception for a damaged pickle. <paramref name="what"/> continues "its pickle".</summary>
    public InvalidDataException Damaged(string what) =>
        Refuse($"cannot be read: its pickle {what} (before byte {Position}). Save the state_dict again with torch.save.");

    /// <inheritdoc cref="WeightSource.Refuse"/>
    public InvalidDataException Refuse(string reason) => source.Refuse(reason);

    private void Refill()
    {
        CheckRemaining(1);
        _bufferStart = Position;
        _buffered = (int)Math.Min(BufferLength, end - _bufferStart);
        _next = 0;
        source.Read(_bufferStart, _buffer.AsSpan(0, _buffered));
    }

    private void CheckRemaining(ulong length)
    {
        if (length > (ulong)(end - Position))
            throw Refuse($"cannot be read: its pickle goes on beyond byte {end}, where it must end; it is cut off or damaged. "
                + "Download or save it again.");
    }
}
