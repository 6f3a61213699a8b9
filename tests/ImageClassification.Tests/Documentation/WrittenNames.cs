using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace ImageClassification.Tests.Documentation;

/// <summary>The names in an ONNX model.</summary>
/// <param name="Producer">The program that it says wrote it.</param>
/// <param name="Inputs">The inputs of its graph.</param>
/// <param name="Outputs">The outputs of its graph.</param>
/// <param name="Metadata">Its metadata.</param>
internal sealed record OnnxNames(
    string Producer, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, string> Metadata);

/// <summary>The names in files, read without the libraries that wrote them.</summary>
internal static class WrittenNames
{
    // The header of a Model.key says where its table of strings is: the end of each in bytes, and all characters in UTF-16.
    private const int StringTableField = 0x20, StringCharactersField = 0x30;

    /// <summary>Tensors and metadata of a safetensors file.</summary>
    public static (IReadOnlyList<string> Tensors, IReadOnlyDictionary<string, string> Metadata) OfSafetensors(string path)
    {
        ReadOnlySpan<byte> content = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(content);
        using JsonDocument header = JsonDocument.Parse(content.Slice(sizeof(ulong), length).ToArray());
        return ([.. header.RootElement.EnumerateObject().Select(item => item.Name).Where(name => name != "__metadata__")],
            header.RootElement.GetProperty("__metadata__").Deserialize<Dictionary<string, string>>()!);
    }

    /// <summary>An ONNX model as ONNX Runtime sees it.</summary>
    public static OnnxNames OfOnnx(byte[] model)
    {
        using var session = new InferenceSession(model);
        return new(session.ModelMetadata.ProducerName, session.InputNames, session.OutputNames, session.ModelMetadata.CustomMetadataMap);
    }

    /// <summary>The ONNX models in a saved pipeline, in its order; ML.NET writes their length before their bytes.</summary>
    public static IReadOnlyList<byte[]> OnnxModels(string zip) =>
        [.. Entries(zip).Where(entry => entry.Name.EndsWith("/OnnxModel", StringComparison.Ordinal)).Select(entry => entry.Content[sizeof(int)..])];

    /// <summary>The strings of all steps of a saved pipeline: columns and contracts of mappings among others.</summary>
    public static IEnumerable<string> Strings(string zip) =>
        Entries(zip).Where(entry => entry.Name.EndsWith("/Model.key", StringComparison.Ordinal))
            .SelectMany(entry => Strings(entry.Content)).Distinct();

    /// <summary>The entries of a saved pipeline.</summary>
    public static IReadOnlyList<(string Name, byte[] Content)> Entries(string zip)
    {
        using ZipArchive archive = ZipFile.OpenRead(zip);
        return [.. archive.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal)
            .Select(entry => (entry.FullName.Replace('\\', '/'), Content(entry)))];
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static IEnumerable<string> Strings(byte[] modelKey)
    {
        long[] table = new long[4];
        modelKey.AsSpan(StringTableField, table.Length * sizeof(long)).CopyTo(MemoryMarshal.AsBytes(table.AsSpan()));
        (int ends, int count, int characters) = ((int)table[0], (int)table[1] / sizeof(long), (int)table[2]);
        int start = 0;
        for (int i = 0; i < count; i++)
        {
            int end = (int)BinaryPrimitives.ReadInt64LittleEndian(modelKey.AsSpan(ends + i * sizeof(long)));
            yield return Encoding.Unicode.GetString(modelKey, characters + start, end - start);
            start = end;
        }
    }
}
