namespace ResNeXt.Core.Files;

/// <summary>Describes files of unknown format for error messages.</summary>
internal static class FileDescription
{
    private const int HeadLength = 512;
    private const int TarSignatureOffset = 257;

    /// <summary>Gets a text that completes the sentence "The file is ...".</summary>
    public static string Describe(WeightSource source)
    {
        byte[] head = source.Head(HeadLength);
        ReadOnlySpan<byte> start = head;
        if (start.IsEmpty)
            return "empty";
        if (start.Length >= TarSignatureOffset + 5 && start.Slice(TarSignatureOffset, 5).SequenceEqual("ustar"u8))
            return "a tar archive, but without the entries sys_info and pickle of a PyTorch file (unpack it first, or download it again if it is "
                + "cut off)";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return "compressed with gzip (unpack it first)";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return "an HDF5 file, as Keras writes";
        if (start.StartsWith("<"u8))
            return "a web page or XML (perhaps a download that failed)";
        if (start.StartsWith("version https://git-lfs"u8))
            return "a Git LFS pointer, not the file itself (run git lfs pull)";
        if (head.All(value => value is >= 0x20 and < 0x7F or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            return "a text file";
        return $"{source.Length} bytes of unknown content, beginning with {Convert.ToHexString(start[..Math.Min(8, start.Length)])}";
    }
}
