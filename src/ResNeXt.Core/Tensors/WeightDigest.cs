using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace ResNeXt.Core.Tensors;

/// <summary>
/// A checksum of a set of tensors with its metadata, XXH128, by which one flipped bit is noticed. It is of the content, not of the file: names and
/// texts in ordinal order, so that a program that writes the same content in another order gives the same checksum.
/// </summary>
internal static class WeightDigest
{
    /// <summary>The entry of the metadata with the checksum: 32 hexadecimal digits. It is not part of what the checksum is of.</summary>
    public const string Key = "resnext.xxh128";

    private const int PieceElements = 1 << 20;

    /// <summary>The checksum.</summary>
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
            // In pieces, because the bytes of a large tensor exceed what one span can hold.
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
