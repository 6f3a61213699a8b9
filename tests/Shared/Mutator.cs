using System.Buffers.Binary;

namespace ResNeXt.Tests;

/// <summary>Damages files as disks, downloads and attackers do: bits, bytes, numbers and digits changed, ranges cut, doubled, moved and cleared.</summary>
internal sealed class Mutator(int seed)
{
    // Headers and directories are at the ends of files; the weights between them are most of the bytes and the least of the structure.
    private const int End = 3000;

    private static readonly long[] Numbers =
        [0, 1, -1, 127, 128, 255, 256, short.MaxValue, ushort.MaxValue, int.MinValue, int.MaxValue, uint.MaxValue, long.MinValue, long.MaxValue, 1L << 40];

    private readonly Random _random = new(seed);

    /// <summary>A damaged copy.</summary>
    public byte[] Mutate(byte[] original)
    {
        byte[] bytes = [.. original];
        for (int changes = _random.Next(1, 4); changes > 0; changes--)
            bytes = bytes.Length == 0 ? bytes : Change(bytes);
        return bytes;
    }

    private byte[] Change(byte[] bytes)
    {
        int at = Place(bytes.Length), length = Math.Min(_random.Next(1, 40), bytes.Length - at);
        switch (_random.Next(11))
        {
            case 0 or 1: bytes[at] ^= (byte)(1 << _random.Next(8)); return bytes;
            case 2: bytes[at] = (byte)_random.Next(256); return bytes;
            case 3: Number(bytes, at); return bytes;
            case 4 or 5: Digit(bytes, at); return bytes;
            case 6: return [.. bytes[..at], .. bytes[(at + length)..]];
            case 7: return [.. bytes[..(at + length)], .. bytes[at..]];
            case 8: Array.Clear(bytes, at, length); return bytes;
            case 9: bytes.AsSpan(Place(bytes.Length - length), length).CopyTo(bytes.AsSpan(at)); return bytes;
            default: return bytes[..at];
        }
    }

    private int Place(int length) => _random.Next(3) switch
    {
        0 => _random.Next(Math.Min(End, length)),
        1 => length - 1 - _random.Next(Math.Min(End, length)),
        _ => _random.Next(length),
    };

    private void Number(byte[] bytes, int at)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, Numbers[_random.Next(Numbers.Length)]);
        int size = Math.Min(1 << _random.Next(4), bytes.Length - at);
        number[..size].CopyTo(bytes.AsSpan(at));
    }

    // In a text the next digit, quote or bracket becomes another.
    private void Digit(byte[] bytes, int at)
    {
        int found = bytes.AsSpan(at).IndexOfAny("0123456789\"[]{},:"u8);
        if (found >= 0)
            bytes[at + found] = "0123456789\"[]{},:-n"u8[_random.Next(19)];
    }
}
