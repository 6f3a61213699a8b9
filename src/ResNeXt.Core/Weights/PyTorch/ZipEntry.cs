namespace ResNeXt.Core.Weights.PyTorch;

/// <summary>One file inside a zip archive, as the archive's directory describes it.</summary>
/// <param name="Name">Its path inside the archive.</param>
/// <param name="Method">0 where it is stored as it is.</param>
/// <param name="StoredLength">Bytes that it takes in the archive.</param>
/// <param name="Length">Bytes that it claims to have.</param>
/// <param name="HeaderOffset">Offset of its local header.</param>
internal sealed record ZipEntry(string Name, ushort Method, ulong StoredLength, ulong Length, ulong HeaderOffset);
