using System.Buffers.Binary;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Safetensors;

/// <summary>Reads safetensors files, which consist of the length of the header (eight bytes), a JSON header, and the elements without gaps.</summary>
/// <remarks>The format: https://github.com/huggingface/safetensors#format</remarks>
internal static class SafetensorsReader
{
    private const int LengthBytes = sizeof(ulong);

    /// <summary>Gets whether a JSON object begins after the eight bytes of the header length.</summary>
    public static bool Recognizes(WeightSource source) => source.Head(LengthBytes + 1) is [_, _, _, _, _, _, _, _, (byte)'{'];

    /// <summary>Reads all tensors. Everything is checked before memory for the first tensor is allocated.</summary>
    public static StateDict Read(WeightSource source)
    {
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(source.Head(LengthBytes));
        if (headerLength > (ulong)(source.Length - LengthBytes))
            throw source.Refuse($"claims a safetensors header of {headerLength} bytes but has only {source.Length}; it is cut off or damaged. "
                + "Download or save it again.");
        if (headerLength > SafetensorsHeader.MaximumLength)
            throw source.Refuse($"has a safetensors header of {headerLength} bytes; at most {SafetensorsHeader.MaximumLength} are accepted. "
                + "Save it with less metadata.");
        byte[] json = new byte[headerLength];
        source.Read(LengthBytes, json);
        SafetensorsHeader header = SafetensorsHeader.Parse(json, source);
        if (FormatVersion.FindError(header.Metadata) is { } error)
            throw source.Refuse(error);
        long dataStart = LengthBytes + json.Length;
        CheckTensors(header, source);
        CheckPlaces(header, source, source.Length - dataStart);
        var weights = new StateDict(
            header.Entries.Where(entry => entry.Type.IsFloating).Select(entry => Load(entry, source, dataStart)),
            header.Metadata.Where(entry => entry.Key != WeightDigest.Key));
        if (header.Metadata.TryGetValue(WeightDigest.Key, out string? digest) && digest != WeightDigest.Of(weights))
            throw source.Refuse("is damaged: its content does not have the checksum that it was written with. Download or save it again; "
                + $"if a program changed it on purpose, remove {Quoted.Name(WeightDigest.Key)} from its metadata.");
        return weights;
    }

    private static KeyValuePair<string, WeightTensor> Load(SafetensorsEntry entry, WeightSource source, long dataStart)
    {
        int count = (int)((entry.End - entry.Begin) / entry.Type.Size);
        float[] values = ElementReader.Read(source, dataStart + entry.Begin, count, entry.Type);
        return new(entry.Name, new WeightTensor([.. entry.Shape.Select(dimension => (int)dimension)], values));
    }

    private static void CheckTensors(SafetensorsHeader header, WeightSource source)
    {
        foreach (SafetensorsEntry entry in header.Entries)
        {
            string name = Quoted.Name(entry.Name);
            if (!entry.Type.IsFloating && !TensorName.IsCounter(entry.Name))
                throw source.Refuse($"has the tensor {name} of type {entry.Type.Name}; accepted are F32, F64, F16 and BF16.");
            if (!TensorShape.TryLength(entry.Shape, out int length))
                throw source.Refuse($"gives the tensor {name} the shape {TensorShape.Text(entry.Shape)}, more elements than one tensor may have "
                    + $"({Array.MaxLength}); it is damaged. Save it again.");
            // Begin and End are not negative, so the difference cannot overflow.
            if (entry.End - entry.Begin != (long)length * entry.Type.Size)
                throw source.Refuse($"gives the tensor {name} {entry.End - entry.Begin} bytes where its shape {TensorShape.Text(entry.Shape)} needs "
                    + $"{(long)length * entry.Type.Size}; it is damaged. Save it again.");
        }
    }

    private static void CheckPlaces(SafetensorsHeader header, WeightSource source, long dataLength)
    {
        long expected = 0;
        foreach (SafetensorsEntry entry in header.Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != expected)
                throw source.Refuse($"has {(entry.Begin < expected ? "an overlap" : "a hole")} at byte {Math.Min(entry.Begin, expected)} "
                    + $"of its data, before the tensor {Quoted.Name(entry.Name)}; tensors must follow each other without gaps. Save it again.");
            expected = entry.End;
        }
        if (expected > dataLength)
            throw source.Refuse($"needs {expected} bytes of tensors but has only {dataLength}; it is cut off. Download or save it again.");
        if (expected < dataLength)
            throw source.Refuse($"has {dataLength - expected} bytes after its last tensor, which belong to none. Save it again.");
    }
}
