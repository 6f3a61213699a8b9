using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Safetensors;

/// <summary>Writes safetensors files.</summary>
internal static class SafetensorsWriter
{
    // The format requires that the elements begin at a multiple of eight bytes, so the header is padded with spaces.
    private const int Alignment = 8;
    private const int PieceElements = 1 << 20;

    /// <summary>Gets the JSON header, padded to a multiple of eight bytes.</summary>
    /// <exception cref="ArgumentException">
    /// The number of values of a tensor does not match its shape, a tensor has the name of the metadata, or the header is too long.
    /// </exception>
    public static byte[] Header(StateDict weights)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, weights);
            long offset = 0;
            foreach ((string name, WeightTensor tensor) in weights.Tensors)
                offset = WriteEntry(json, name, tensor, offset);
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        if (buffer.Length > SafetensorsHeader.MaximumLength)
            throw new ArgumentException($"The names and metadata take {buffer.Length} bytes; at most {SafetensorsHeader.MaximumLength} are accepted. "
                + "Shorten the metadata.");
        return buffer.ToArray();
    }

    /// <summary>Writes the whole file.</summary>
    public static void Write(Stream stream, byte[] header, StateDict weights)
    {
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (WeightTensor tensor in weights.Tensors.Values)
        {
            // In chunks, because the bytes of a large tensor do not fit one span.
            ReadOnlySpan<float> values = tensor.Values.Span;
            for (; values.Length > 0; values = values[Math.Min(PieceElements, values.Length)..])
                stream.Write(MemoryMarshal.AsBytes(values[..Math.Min(PieceElements, values.Length)]));
        }
    }

    private static void WriteMetadata(Utf8JsonWriter json, StateDict weights)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in weights.Metadata.Where(entry => entry.Key != WeightDigest.Key))
            json.WriteString(key, value);
        json.WriteString(WeightDigest.Key, WeightDigest.Of(weights));
        json.WriteEndObject();
    }

    private static long WriteEntry(Utf8JsonWriter json, string name, WeightTensor tensor, long offset)
    {
        if (name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"A tensor is called '{name}', which safetensors keeps for its metadata; rename it.");
        if (!TensorShape.TryLength([.. tensor.Shape.Select(dimension => (long)dimension)], out int length) || length != tensor.Values.Length)
            throw new ArgumentException($"The tensor '{name}' of shape {TensorShape.Text(tensor.Shape)} has {tensor.Values.Length} values; "
                + "give it as many as its shape needs.");
        if (tensor.Shape.Count > TensorShape.MaximumRank)
            throw new ArgumentException($"The tensor '{name}' has {tensor.Shape.Count} dimensions; at most {TensorShape.MaximumRank} are accepted.");
        long end = offset + (long)length * sizeof(float);
        json.WriteStartObject(name);
        json.WriteString("dtype", "F32");
        WriteNumbers(json, "shape", tensor.Shape.Select(dimension => (long)dimension));
        WriteNumbers(json, "data_offsets", [offset, end]);
        json.WriteEndObject();
        return end;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
