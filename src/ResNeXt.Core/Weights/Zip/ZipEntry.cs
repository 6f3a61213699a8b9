namespace ResNeXt.Core.Weights.Zip;

/// <summary>One file inside a zip archive, as the archive's directory describes it.</summary>
/// <param name="Name">Its path inside the archive.</param>
/// <param name="Method">How it is compressed: <see cref="Stored"/> or <see cref="Deflated"/>; others are not accepted.</param>
/// <param name="StoredLength">Bytes that it takes in the archive.</param>
/// <param name="Length">Bytes that it claims to have.</param>
/// <param name="Crc">Checksum of its content; 0 where the writer did not compute one, which PyTorch can be told.</param>
/// <param name="IsEncrypted">Whether a password is needed to read it.</param>
/// <param name="HeaderOffset">Offset of its local header.</param>
internal sealed record ZipEntry(string Name, ushort Method, ulong StoredLength, ulong Length, uint Crc, bool IsEncrypted, ulong HeaderOffset)
{
    /// <summary>The method of an entry that is stored as it is.</summary>
    public const ushort Stored = 0;

    /// <summary>The method of an entry that is compressed with deflate.</summary>
    public const ushort Deflated = 8;
}
