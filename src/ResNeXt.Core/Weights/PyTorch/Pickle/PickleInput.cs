using System.Buffers.Binary;
using System.Text;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>The bytes of a pickle in a file, read forwards through a small buffer.</summary>
/// <param name="source">The file.</param>
/// <param name="start">Offset of the first byte.</param>
/// <param name="end">Offset after the last byte that may belong to it.</param>
internal sealed class PickleInput(WeightSource source, long start, long end)
{
    private const int BufferLength = 1 << 16;
    private const int LongestLine = 1_024;

    private readonly byte[] _buffer = new byte[Math.Min(BufferLength, end - start)];
    private long _bufferStart = start;
    private int _buffered;
    private int _next;

    /// <summary>Offset in the file of the next byte.</summary>
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

    // The one number that pickles store most significant byte first.
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(sizeof(double)));

    /// <summary>A text of that many bytes of UTF-8.</summary>
    public string Text(ulong length) => Encoding.UTF8.GetString(Bytes(length));

    /// <summary>That many bytes; the claim is compared with what is there before memory is taken.</summary>
    public byte[] Bytes(ulong length)
    {
        CheckRemaining(length);
        byte[] bytes = new byte[length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Byte();
        return bytes;
    }

    /// <summary>Steps over that many bytes.</summary>
    public void Skip(ulong length)
    {
        CheckRemaining(length);
        _bufferStart = Position + (long)length;
        _buffered = _next = 0;
    }

    /// <summary>The text up to the next line feed, without it.</summary>
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

    /// <summary>The refusal of a pickle that is not well formed; <paramref name="what"/> continues "its pickle".</summary>
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
