using System.IO.Compression;
using Microsoft.ML;
using ResNeXt.Core.Files;

namespace ResNeXt.MLNet;

/// <summary>An extension method of <c>mlContext.Model</c> that saves without compression.</summary>
public static class UncompressedSavingCatalog
{
    /// <summary>
    /// Saves a model like <c>Save</c>, but without compression: compressed weights are hardly smaller, and take a quarter of the loading time to
    /// decompress. <c>Load</c> reads such files too. An interruption leaves the existing file as it was.
    /// </summary>
    /// <param name="catalog">The model operations catalog.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The columns of the data that the model takes; may be null.</param>
    /// <param name="path">The path of the file. An existing file is replaced once the new one is complete.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static void SaveUncompressed(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var compressed = new MemoryStream();
        catalog.Save(model, inputSchema, compressed);
        AtomicFile.Write(path, file => Unpack(compressed, file));
    }

    private static void Unpack(Stream compressed, Stream uncompressed)
    {
        using var source = new ZipArchive(compressed, ZipArchiveMode.Read, leaveOpen: true);
        using var target = new ZipArchive(uncompressed, ZipArchiveMode.Create, leaveOpen: true);
        foreach (ZipArchiveEntry entry in source.Entries)
        {
            ZipArchiveEntry copy = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression);
            copy.LastWriteTime = entry.LastWriteTime;
            using Stream from = entry.Open(), to = copy.Open();
            from.CopyTo(to);
        }
    }
}
