using System.IO.Compression;

namespace ResNeXt.Core.Onnx;

/// <summary>A model file of ML.NET: a zip with a folder per transformer, where an OnnxTransformer keeps its model as <c>OnnxModel</c>.</summary>
public static class ModelZip
{
    private const string OnnxEntry = "OnnxModel";

    /// <summary>Reads the ONNX model of the last ResNeXt in the pipeline.</summary>
    /// <param name="path">A file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <returns>The model, for <see cref="OnnxReader"/>.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or has no ResNeXt in it.</exception>
    public static byte[] ReadOnnx(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The model '{path}' does not exist. Check the path.", path);
        using FileStream file = File.OpenRead(path);
        return ReadOnnx(file, path);
    }

    /// <summary>Reads the ONNX model of the last ResNeXt in the pipeline from a stream, which is left open.</summary>
    /// <param name="stream">The content of a file that <c>mlContext.Model.Save</c> wrote; read into memory where it cannot seek.</param>
    /// <param name="path">What error messages call it.</param>
    /// <returns>The model, for <see cref="OnnxReader"/>.</returns>
    /// <exception cref="InvalidDataException">The content is not a saved model, or has no ResNeXt in it.</exception>
    public static byte[] ReadOnnx(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return OnnxEntries(zip).Select(entry => Read(entry, path)).FirstOrDefault(onnx => OnnxReader.Recognizes(onnx))
                ?? throw new InvalidDataException($"'{path}' has no ResNeXt in it. Give a file that mlContext.Model.Save wrote from a pipeline with a ResNeXt trainer.");
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith('\''))
        {
            throw new InvalidDataException($"'{path}' is not a saved model: {exception.Message} Give a file that mlContext.Model.Save wrote.", exception);
        }
    }

    /// <summary>Whether a file is a zip with an ONNX model of some transformer in it.</summary>
    internal static bool Recognizes(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            return OnnxEntries(zip).Any();
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    // The folders' names end in running numbers of three digits, so the ordinal order is the pipeline's.
    private static IEnumerable<ZipArchiveEntry> OnnxEntries(ZipArchive zip) =>
        zip.Entries.Where(entry => entry.Name == OnnxEntry).OrderByDescending(entry => entry.FullName, StringComparer.Ordinal);

    // ML.NET writes the length before the bytes. Weights hardly compress, so an entry that grows tenfold is no model.
    private static byte[] Read(ZipArchiveEntry entry, string path)
    {
        if (entry.Length > int.MaxValue || entry.Length > 10 * Math.Max(entry.CompressedLength, 1 << 20))
            throw new InvalidDataException($"'{path}' is damaged: its ONNX model claims {entry.Length} bytes from {entry.CompressedLength}. Save the model again.");
        using var reader = new BinaryReader(entry.Open());
        int length = entry.Length < sizeof(int) ? -1 : reader.ReadInt32();
        if (length < 0 || length > entry.Length - sizeof(int))
            throw new InvalidDataException($"'{path}' is damaged: its ONNX model says it has {length} bytes in an entry of {entry.Length}. Save the model again.");
        return reader.ReadBytes(length);
    }
}
