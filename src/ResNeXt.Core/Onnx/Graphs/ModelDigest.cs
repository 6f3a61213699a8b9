using System.IO.Hashing;
using System.Text;
using Google.Protobuf;
using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>
/// The checksum (XXH128) in an ONNX model. It is the last metadata entry and the last field of the file, and covers all bytes before it, so a file
/// that a program rewrites without changing anything keeps it.
/// </summary>
internal static class ModelDigest
{
    // A field of 50 bytes with the number 14, the metadata; in it a key of 14 bytes and a value of 32 hexadecimal digits.
    private static readonly byte[] Beginning = [0x72, 50, 0x0A, (byte)WeightDigest.Key.Length, .. Encoding.UTF8.GetBytes(WeightDigest.Key), 0x12, 32];

    private static readonly int Length = Beginning.Length + 32;

    /// <summary>Gets the bytes of a model with its checksum. The model has none yet.</summary>
    public static byte[] Seal(ModelProto model)
    {
        int size = model.CalculateSize();
        byte[] bytes = GC.AllocateUninitializedArray<byte>(size + Length);
        model.WriteTo(bytes.AsSpan(0, size));
        Beginning.CopyTo(bytes, size);
        Digits(bytes.AsSpan(0, size)).CopyTo(bytes, size + Beginning.Length);
        return bytes;
    }

    /// <summary>Removes the checksum of a model that is about to change.</summary>
    public static void Remove(ModelProto model)
    {
        foreach (StringStringEntryProto entry in model.MetadataProps.Where(entry => entry.Key == WeightDigest.Key).ToArray())
            model.MetadataProps.Remove(entry);
    }

    /// <summary>Throws if the bytes of a model that has a checksum have another one.</summary>
    /// <exception cref="InvalidDataException">The content was changed.</exception>
    public static void Verify(ReadOnlySpan<byte> model)
    {
        int size = model.Length - Length;
        if (size < 0 || !model[size..].StartsWith(Beginning) || !model[(size + Beginning.Length)..].SequenceEqual(Digits(model[..size])))
            throw new InvalidDataException("The ONNX model is damaged: its content does not have the checksum that it was written with. Download or "
                + $"save it again; if a program changed it on purpose, remove {Quoted.Name(WeightDigest.Key)} from its metadata.");
    }

    private static byte[] Digits(ReadOnlySpan<byte> content) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(XxHash128.Hash(content)));
}
