using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResNeXt.Core.Images;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>Tells whether two runs see the same images.</summary>
internal static class DataFingerprint
{
    /// <summary>A digest of all labels and pixels in order.</summary>
    public static string Of(IImageDataset source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pixels = new float[source.Shape.Length];
        Span<int> label = stackalloc int[1];
        for (int index = 0; index < source.Count; index++)
        {
            label[0] = source.Label(index);
            source.CopyTo(index, pixels);
            hash.AppendData(MemoryMarshal.AsBytes(label));
            hash.AppendData(MemoryMarshal.AsBytes(pixels.AsSpan()));
        }
        return string.Create(CultureInfo.InvariantCulture, $"{source.Count} of {source.Shape.Channels}x{source.Shape.Height}x{source.Shape.Width}, SHA-256 {Convert.ToHexStringLower(hash.GetHashAndReset()[..8])}");
    }
}
