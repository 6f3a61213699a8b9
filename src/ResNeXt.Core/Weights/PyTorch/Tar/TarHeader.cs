using System.Text;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>The block before each entry of a tar archive.</summary>
/// <param name="Name">The entry's path in the archive; a text to compare, never a path to write to.</param>
/// <param name="Kind">'0' or NUL for a plain file, 'x' or 'g' for an extension of what follows.</param>
/// <param name="Length">Bytes that the entry claims to have.</param>
/// <remarks>The format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format".</remarks>
internal sealed record TarHeader(string Name, char Kind, long Length)
{
    /// <summary>Bytes of the header; entries are padded to a multiple of it.</summary>
    public const int BlockLength = 512;

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    /// <summary>Bytes from the header to the next one.</summary>
    public long Step => BlockLength + (Length + BlockLength - 1) / BlockLength * BlockLength;

    /// <summary>The header at an offset, or null where the file has none there that is whole and sound.</summary>
    public static TarHeader? Find(WeightSource source, long offset)
    {
        if (offset > source.Length - BlockLength)
            return null;
        byte[] block = new byte[BlockLength];
        source.Read(offset, block);
        return Parse(block);
    }

    /// <summary>The header in a block, or null where a field is not as the format has it or the checksum is another.</summary>
    public static TarHeader? Parse(ReadOnlySpan<byte> block)
    {
        long length = Octal(block.Slice(124, 12));
        if (!block.Slice(257, 5).SequenceEqual("ustar"u8) || length < 0 || Octal(block.Slice(ChecksumOffset, ChecksumLength)) != Sum(block))
            return null;
        string name = Text(block[..100]), folder = Text(block.Slice(345, 155));
        return new TarHeader(folder.Length == 0 ? name : $"{folder}/{name}", (char)block[156], length);
    }

    // The checksum's own field counts as spaces.
    private static long Sum(ReadOnlySpan<byte> block)
    {
        long sum = ChecksumLength * ' ';
        for (int i = 0; i < block.Length; i++)
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : block[i];
        return sum;
    }

    // Digits, then NUL or spaces. GNU's binary numbers are for sizes from 8 GiB, which no weights here have.
    private static long Octal(ReadOnlySpan<byte> field)
    {
        ReadOnlySpan<byte> digits = field.TrimEnd("\0 "u8);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'7'))
            return -1;
        long value = 0;
        foreach (byte digit in digits)
            value = value * 8 + (digit - '0');
        return value;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }
}
