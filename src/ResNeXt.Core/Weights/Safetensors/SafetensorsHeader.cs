using System.Text.Json;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Safetensors;

/// <summary>The JSON header of a safetensors file: the tensors in order, and the metadata.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The key of the metadata, a map of strings; all other keys are tensors.</summary>
    public const string MetadataKey = "__metadata__";

    // The format allows 100 MB, but a thousand tensors take 0.1 MB, and a parsed header takes much more memory than its text.
    /// <summary>The largest header that is read or written, in bytes.</summary>
    public const int MaximumLength = 16_000_000;

    private readonly WeightSource _source;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private SafetensorsHeader(WeightSource source) => _source = source;

    /// <summary>The tensors in the order of the header. Their offsets have not been checked.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    /// <summary>The metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Parses a header.</summary>
    /// <exception cref="InvalidDataException">The header is not valid JSON, has another structure, or has a name twice.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, WeightSource source)
    {
        var header = new SafetensorsHeader(source);
        try
        {
            var reader = new Utf8JsonReader(json);
            header.ReadAll(ref reader);
            return header;
        }
        // The JSON reader throws InvalidOperationException for strings that are not valid Unicode.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw source.Refuse("is damaged: its safetensors header is not valid JSON. Download or save it again.");
        }
    }

    private void ReadAll(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (NextProperty(ref reader, out string name))
        {
            if (!_names.Add(name))
                throw _source.Refuse($"lists the tensor {Quoted.Name(name)} twice; every name may occur only once.");
            if (name == MetadataKey)
                ReadMetadata(ref reader);
            else
                _entries.Add(ReadEntry(ref reader, name));
        }
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey);
        while (NextProperty(ref reader, out string name))
        {
            Expect(ref reader, JsonTokenType.String, MetadataKey);
            if (!_metadata.TryAdd(name, reader.GetString()!))
                throw _source.Refuse($"has the metadata {Quoted.Name(name)} twice; every name may occur only once.");
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject, name);
        ElementType? type = null;
        List<long>? shape = null, offsets = null;
        while (NextProperty(ref reader, out string property))
        {
            if (property == "dtype" && type is null)
                type = ReadType(ref reader, name);
            else if (property == "shape" && shape is null)
                shape = ReadNumbers(ref reader, name);
            else if (property == "data_offsets" && offsets is null)
                offsets = ReadNumbers(ref reader, name);
            else
                throw Damaged($"{Quoted.Name(name)} has an unknown or repeated property {Quoted.Name(property)}");
        }
        if (type is null || shape is null || offsets is not [long begin, long end])
            throw Damaged($"{Quoted.Name(name)} needs dtype, shape and two data_offsets");
        return new SafetensorsEntry(name, type, shape, begin, end);
    }

    private ElementType ReadType(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.String, name);
        string type = reader.GetString()!;
        return SafetensorsTypes.Find(type)
            ?? throw _source.Refuse($"has the tensor {Quoted.Name(name)} of type {Quoted.Name(type)}; accepted are F32, F64, F16 and BF16.");
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartArray, name);
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref reader, JsonTokenType.Number, name);
            if (!reader.TryGetInt64(out long number) || number < 0 || numbers.Count == TensorShape.MaximumRank)
                throw Damaged($"{Quoted.Name(name)} may have up to {TensorShape.MaximumRank} whole numbers from 0 in shape and in data_offsets");
            numbers.Add(number);
        }
        return numbers;
    }

    // Moves the reader to the value of the next property. Returns false at the end of the object.
    private static bool NextProperty(ref Utf8JsonReader reader, out string name)
    {
        reader.Read();
        name = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString()! : "";
        return reader.TokenType == JsonTokenType.PropertyName && reader.Read();
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
            throw Damaged($"{Quoted.Name(what)} holds {reader.TokenType} where {type} belongs");
    }

    private InvalidDataException Damaged(string what) => _source.Refuse($"has a wrong safetensors header: {what}. Save it again.");
}
