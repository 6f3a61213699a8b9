using System.Buffers.Binary;
using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.Zip;

namespace ResNeXt.Core.Onnx;

/// <summary>A model file of ML.NET: a zip with a folder per transformer, where an OnnxTransformer keeps its model as <c>OnnxModel</c>.</summary>
/// <remarks>
/// Files are taken to be hostile. What bounds memory are bytes, not how well a model compresses, which is very well where weights are pruned or
/// constant: no entry may unfold beyond the length that it announces, and all together not beyond 1 GiB, or ten times the file's length where that
/// is more.
/// </remarks>
internal static class ModelZip
{
    private const string OnnxEntry = "OnnxModel";
    private const string Kind = "model";
    private const string Advice = "Give a file that mlContext.Model.Save wrote";

    // Three times the largest network here. A larger model is accepted where the file has the bytes for it.
    private const ulong MaximumUnpacked = 1 << 30;
    private const ulong MaximumGrowthOfLargeFiles = 10;

    // What deflate can reach at most: 258 bytes of two bits.
    private const ulong MaximumDeflateRatio = 1032;

    /// <summary>Reads the ONNX model of the last ResNeXt in the pipeline, once the whole file agrees with its checksums.</summary>
    /// <param name="path">A file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <returns>The model, for <see cref="OnnxReader"/>.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or has no ResNeXt in it.</exception>
    public static byte[] ReadOnnx(string path)
    {
        using WeightSource source = WeightSource.Open(path, Kind);
        return ReadOnnx(source);
    }

    /// <summary>Reads the ONNX model of the last ResNeXt in the pipeline from a stream, which is left open.</summary>
    /// <param name="stream">The content of a file that <c>mlContext.Model.Save</c> wrote; read into memory.</param>
    /// <param name="name">What error messages call it.</param>
    /// <returns>The model, for <see cref="OnnxReader"/>.</returns>
    /// <exception cref="InvalidDataException">The content is not a saved model, is damaged, or has no ResNeXt in it.</exception>
    public static byte[] ReadOnnx(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        using WeightSource source = WeightSource.Of(content.GetBuffer().AsMemory(0, (int)content.Length), name, Kind);
        return ReadOnnx(source);
    }

    /// <summary>
    /// Compares every entry of a saved model of any kind with its length and its checksum, which <c>mlContext.Model.Load</c> does not do.
    /// </summary>
    /// <param name="path">A file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or is damaged.</exception>
    public static void Verify(string path)
    {
        using WeightSource source = WeightSource.Open(path, Kind);
        ReadAll(source);
    }

    /// <summary>Whether a file is a zip with an ONNX model of some transformer in it.</summary>
    internal static bool Recognizes(WeightSource source)
    {
        try
        {
            return OnnxEntries(ZipDirectory.Read(source)).Any();
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] ReadOnnx(WeightSource source) =>
        ReadAll(source) ?? throw source.Refuse($"has no ResNeXt in it. {Advice} from a pipeline with a ResNeXt trainer.");

    // Every entry is read once; of those with a network that this project wrote, the last in the pipeline is kept.
    private static byte[]? ReadAll(WeightSource source)
    {
        if (!source.StartsWith("PK"u8))
            throw source.Refuse($"is not a saved model: it is {FileDescription.Describe(source)}. {Advice}.");
        ZipDirectory zip = ZipDirectory.Read(source);
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
            reader.Finish();
        }
        return onnx;
    }

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

    // The folders' names end in running numbers of three digits, so the ordinal order is the pipeline's.
    private static IEnumerable<ZipEntry> OnnxEntries(ZipDirectory zip) =>
        zip.Entries.Values.Where(IsOnnx).OrderByDescending(entry => entry.Name, StringComparer.Ordinal);

    private static bool IsOnnx(ZipEntry entry) => entry.Name.Split('/', '\\')[^1] == OnnxEntry;

    // ML.NET writes the length before the bytes.
    private static byte[]? ReadRecognized(ZipEntryReader reader, ZipEntry entry, WeightSource source)
    {
        Span<byte> prefix = stackalloc byte[sizeof(int)];
        int length = -1;
        if (entry.Length >= sizeof(int))
        {
            reader.Read(prefix);
            length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        }
        if (length < 0 || (ulong)length > entry.Length - sizeof(int))
            throw source.Refuse($"is damaged: its ONNX model says it has {length} bytes in an entry of {entry.Length}. Download or save it again.");
        var beginning = new byte[Math.Min(length, OnnxReader.SignatureLength)];
        reader.Read(beginning);
        if (!OnnxReader.Recognizes(beginning))
            return null;
        byte[] onnx = GC.AllocateUninitializedArray<byte>(length);
        beginning.CopyTo(onnx, 0);
        reader.Read(onnx.AsSpan(beginning.Length));
        return onnx;
    }
}
