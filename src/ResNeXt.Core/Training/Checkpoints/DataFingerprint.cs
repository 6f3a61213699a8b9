using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResNeXt.Core.Images;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>Recognizes whether two runs use the same images.</summary>
internal static class DataFingerprint
{
    /// <summary>The number and shape of the images, and a digest of all labels and pixels in order.</summary>
    /// <param name="dataset">The images.</param>
    public static string Of(IImageDataset dataset)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pixels = new float[dataset.Shape.Length];
        Span<int> label = stackalloc int[1];
        for (int index = 0; index < dataset.Count; index++)
        {
            label[0] = dataset.Label(index);
            dataset.CopyTo(index, pixels);
            hash.AppendData(MemoryMarshal.AsBytes(label));
            hash.AppendData(MemoryMarshal.AsBytes(pixels.AsSpan()));
        }
        ImageShape shape = dataset.Shape;
        string digest = Convert.ToHexStringLower(hash.GetHashAndReset()[..8]);
        return string.Create(
            CultureInfo.InvariantCulture, $"{dataset.Count} of {shape.Channels}x{shape.Height}x{shape.Width}, SHA-256 {digest}");
    }
}
