using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace ResNeXt.Core.Tensors;

/// <summary>
/// Computes a checksum (XXH128) of tensors and metadata, which detects a single flipped bit. It covers the content, not the bytes of a file: entries
/// are sorted by name, so that the same content in another order has the same checksum.
/// </summary>
internal static class WeightDigest
{
    /// <summary>The metadata key of the checksum, which is stored as 32 hexadecimal digits. The checksum does not cover this entry.</summary>
    public const string Key = "resnext.xxh128";

    private const int PieceElements = 1 << 20;

    /// <summary>Computes the checksum.</summary>
    public static string Of(StateDict weights)
    {
        var hash = new XxHash128();
        foreach ((string key, string value) in weights.Metadata.Where(entry => entry.Key != Key).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Append(hash, key);
            Append(hash, value);
        }
        foreach ((string name, WeightTensor tensor) in weights.Tensors.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            Append(hash, name);
            Append(hash, tensor.Shape.Count);
            foreach (int dimension in tensor.Shape)
                Append(hash, dimension);
            // In chunks, because the bytes of a large tensor do not fit one span.
            for (ReadOnlySpan<float> values = tensor.Values.Span; values.Length > 0; values = values[Math.Min(PieceElements, values.Length)..])
                hash.Append(MemoryMarshal.AsBytes(values[..Math.Min(PieceElements, values.Length)]));
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static void Append(XxHash128 hash, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Append(hash, utf8.Length);
        hash.Append(utf8);
    }

    private static void Append(XxHash128 hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.Append(bytes);
    }
}
