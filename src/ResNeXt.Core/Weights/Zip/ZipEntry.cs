namespace ResNeXt.Core.Weights.Zip;

/// <summary>An entry of a zip archive, as the directory describes it.</summary>
/// <param name="Name">The path in the archive.</param>
/// <param name="Method">The compression method. Only <see cref="Stored"/> and <see cref="Deflated"/> are supported.</param>
/// <param name="StoredLength">The length in the archive, in bytes.</param>
/// <param name="Length">The uncompressed length that the directory claims, in bytes.</param>
/// <param name="Crc">The checksum of the content; 0 if the writer did not compute one, which is an option of PyTorch.</param>
/// <param name="IsEncrypted">Whether the entry is encrypted.</param>
/// <param name="HeaderOffset">The offset of the local header.</param>
internal sealed record ZipEntry(string Name, ushort Method, ulong StoredLength, ulong Length, uint Crc, bool IsEncrypted, ulong HeaderOffset)
{
    /// <summary>The method of uncompressed entries.</summary>
    public const ushort Stored = 0;

    /// <summary>The method of entries that are compressed with deflate.</summary>
    public const ushort Deflated = 8;
}
