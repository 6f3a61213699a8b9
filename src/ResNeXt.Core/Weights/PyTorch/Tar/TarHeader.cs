using System.Text;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>The header of an entry in a tar archive.</summary>
/// <param name="Name">The path of the entry in the archive. It is only compared, and nothing is ever written to it.</param>
/// <param name="Kind">'0' or NUL for a plain file, 'x' or 'g' for an extension of what follows.</param>
/// <param name="Length">The length in bytes that the entry claims.</param>
/// <remarks>The format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format".</remarks>
internal sealed record TarHeader(string Name, char Kind, long Length)
{
    /// <summary>The length of the header in bytes. Entries are padded to a multiple of it.</summary>
    public const int BlockLength = 512;

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    /// <summary>The number of bytes from this header to the next.</summary>
    public long Step => BlockLength + (Length + BlockLength - 1) / BlockLength * BlockLength;

    /// <summary>Reads the header at an offset; null if there is no complete and valid header.</summary>
    public static TarHeader? Find(WeightSource source, long offset)
    {
        if (offset > source.Length - BlockLength)
            return null;
        byte[] block = new byte[BlockLength];
        source.Read(offset, block);
        return Parse(block);
    }

    /// <summary>Parses a header; null if a field is invalid or the checksum does not match.</summary>
    public static TarHeader? Parse(ReadOnlySpan<byte> block)
    {
        long length = Octal(block.Slice(124, 12));
        if (!block.Slice(257, 5).SequenceEqual("ustar"u8) || length < 0 || Octal(block.Slice(ChecksumOffset, ChecksumLength)) != Sum(block))
            return null;
        string name = Text(block[..100]), folder = Text(block.Slice(345, 155));
        return new TarHeader(folder.Length == 0 ? name : $"{folder}/{name}", (char)block[156], length);
    }

    // In the sum, the checksum field itself counts as spaces.
    private static long Sum(ReadOnlySpan<byte> block)
    {
        long sum = ChecksumLength * ' ';
        for (int i = 0; i < block.Length; i++)
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : block[i];
        return sum;
    }

    // Digits, then NUL or spaces. GNU's binary numbers, for sizes from 8 GiB, are not supported.
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
