using System.Buffers.Binary;
using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.Zip;

namespace ResNeXt.Core.Onnx;

/// <summary>
/// Reads model files of ML.NET. They are zip archives with one folder per transformer, in which an <c>OnnxTransformer</c> saves its model as
/// <c>OnnxModel</c>.
/// </summary>
/// <remarks>
/// Files are not trusted. Memory is limited by size, not by compression ratio, because pruned or constant weights compress very well. No entry may
/// exceed the length that the directory claims, and all entries together may not exceed 1 GiB or ten times the length of the file, whichever is more.
/// </remarks>
internal static class ModelZip
{
    private const string OnnxEntry = "OnnxModel", SchemaEntry = "Schema";
    private const string Kind = "model";
    private const string Advice = "Give a file that mlContext.Model.Save wrote";

    // Three times the size of the largest network here. Larger models are accepted if the file is large enough.
    private const ulong MaximumUnpacked = 1 << 30;
    private const ulong MaximumGrowthOfLargeFiles = 10;

    // The highest compression ratio of deflate: 258 bytes in two bits.
    private const ulong MaximumDeflateRatio = 1032;

    /// <summary>Reads the ONNX model of the last ResNeXt in the pipeline, after verifying the checksums of the whole file.</summary>
    /// <param name="path">The path of a file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <returns>The bytes of the model, which <see cref="OnnxReader"/> can read.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or contains no ResNeXt.</exception>
    public static byte[] ReadOnnx(string path)
    {
        using WeightSource source = WeightSource.Open(path, Kind);
        return ReadOnnx(source);
    }

    /// <summary>Reads the ONNX model of the last ResNeXt in the pipeline from a stream, which stays open.</summary>
    /// <param name="stream">The content of a file that <c>mlContext.Model.Save</c> wrote. It is read into memory.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <returns>The bytes of the model, which <see cref="OnnxReader"/> can read.</returns>
    /// <exception cref="InvalidDataException">The content is not a saved model, is damaged, or contains no ResNeXt.</exception>
    public static byte[] ReadOnnx(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        using WeightSource source = WeightSource.Of(content.GetBuffer().AsMemory(0, (int)content.Length), name, Kind);
        return ReadOnnx(source);
    }

    /// <summary>Reads the ONNX model of the last ResNeXt in the pipeline; null if a saved model of another kind has none.</summary>
    /// <param name="path">The path of a file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or is damaged.</exception>
    public static byte[]? FindOnnx(string path)
    {
        using WeightSource source = WeightSource.Open(path, Kind);
        return ReadAll(source);
    }

    /// <summary>
    /// Verifies the length and the checksum of every entry in a saved model of any kind, which <c>mlContext.Model.Load</c> does not do.
    /// </summary>
    /// <param name="path">The path of a file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or was saved by a later version of this library.</exception>
    public static void Verify(string path)
    {
        using WeightSource source = WeightSource.Open(path, Kind);
        if (ReadAll(source) is { } onnx)
            OnnxReader.CheckFormat(onnx, source);
    }

    /// <summary>Gets whether a saved model contains a ResNeXt, and whether it was saved with the columns of its input.</summary>
    /// <param name="path">The path of a file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or is damaged.</exception>
    public static (bool HasClassifier, bool HasSchema) Describe(string path)
    {
        using WeightSource source = WeightSource.Open(path, Kind);
        ZipDirectory zip = OpenZip(source);
        bool hasClassifier = false;
        foreach (ZipEntry entry in OnnxEntries(zip))
        {
            using ZipEntryReader reader = zip.Open(entry);
            hasClassifier |= Recognizes(reader, entry, source);
        }
        return (hasClassifier, zip.Entries.ContainsKey(SchemaEntry));
    }

    /// <summary>Gets whether a zip archive contains the ONNX model of a transformer.</summary>
    internal static bool HasOnnx(ZipDirectory zip) => OnnxEntries(zip).Any();

    private static byte[] ReadOnnx(WeightSource source)
    {
        byte[] onnx = ReadAll(source) ?? throw source.Refuse($"has no ResNeXt in it. {Advice} from a pipeline with a ResNeXt trainer.");
        OnnxReader.CheckFormat(onnx, source);
        return onnx;
    }

    // Reads every entry once, and returns the last ONNX model that this library wrote.
    private static byte[]? ReadAll(WeightSource source)
    {
        ZipDirectory zip = OpenZip(source);
        CheckLengths(zip, source);
        byte[]? onnx = null;
        foreach (ZipEntry entry in OnnxEntries(zip))
        {
            using ZipEntryReader reader = zip.Open(entry);
            onnx ??= ReadRecognized(reader, entry, source);
            reader.Finish();
        }
        foreach (ZipEntry entry in zip.Entries.Values.Where(entry => !IsOnnx(entry)))
        {
            using ZipEntryReader reader = zip.Open(entry);
            ChainHeader.Check(reader, entry, source, mostSteps: zip.Entries.Count);
            SavedColumns.Check(reader, entry, source);
            reader.Finish();
        }
        return onnx;
    }

    private static ZipDirectory OpenZip(WeightSource source) => source.StartsWith("PK"u8)
        ? ZipDirectory.Read(source)
        : throw source.Refuse($"is not a saved model: it is {FileDescription.Describe(source)}. {Advice}.");

    private static void CheckLengths(ZipDirectory zip, WeightSource source)
    {
        ulong allowed = Math.Max(MaximumUnpacked, MaximumGrowthOfLargeFiles * (ulong)source.Length);
        ulong left = allowed;
        foreach (ZipEntry entry in zip.Entries.Values)
        {
            if (entry.Length / MaximumDeflateRatio > entry.StoredLength)
                throw source.Refuse($"is damaged: its entry {Quoted.Name(entry.Name)} claims {entry.Length} bytes from {entry.StoredLength}, "
                    + "which no compression gives. Download or save it again.");
            if (entry.Length > left)
                throw source.Refuse($"would unfold into more than {allowed} bytes, which are accepted of a file of {source.Length}. "
                    + "Save it without compression, with mlContext.Model.SaveUncompressed.");
            left -= entry.Length;
        }
    }

    // The names of the folders end in sequential numbers with three digits, so the ordinal order is the order of the pipeline.
    private static IEnumerable<ZipEntry> OnnxEntries(ZipDirectory zip) =>
        zip.Entries.Values.Where(IsOnnx).OrderByDescending(entry => entry.Name, StringComparer.Ordinal);

    private static bool IsOnnx(ZipEntry entry) => entry.Name.Split('/', '\\')[^1] == OnnxEntry;

    private static bool Recognizes(ZipEntryReader reader, ZipEntry entry, WeightSource source) =>
        OnnxReader.Recognizes(Beginning(reader, entry, source, out _));

    private static byte[]? ReadRecognized(ZipEntryReader reader, ZipEntry entry, WeightSource source)
    {
        byte[] beginning = Beginning(reader, entry, source, out int length);
        if (!OnnxReader.Recognizes(beginning))
            return null;
        byte[] onnx = GC.AllocateUninitializedArray<byte>(length);
        beginning.CopyTo(onnx, 0);
        reader.Read(onnx.AsSpan(beginning.Length));
        return onnx;
    }

    // ML.NET writes the length of the model before its bytes.
    private static byte[] Beginning(ZipEntryReader reader, ZipEntry entry, WeightSource source, out int length)
    {
        Span<byte> prefix = stackalloc byte[sizeof(int)];
        length = -1;
        if (entry.Length >= sizeof(int))
        {
            reader.Read(prefix);
            length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        }
        if (length < 0 || (ulong)length > entry.Length - sizeof(int))
            throw source.Refuse($"is damaged: its ONNX model says it has {length} bytes in an entry of {entry.Length}. Download or save it again.");
        var beginning = new byte[Math.Min(length, OnnxReader.SignatureLength)];
        reader.Read(beginning);
        return beginning;
    }
}
