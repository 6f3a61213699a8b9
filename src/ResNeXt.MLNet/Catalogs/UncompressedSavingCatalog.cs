using System.IO.Compression;
using Microsoft.ML;
using ResNeXt.Core.Files;

namespace ResNeXt.MLNet;

/// <summary>Adds saving without compression to <c>mlContext.Model</c>.</summary>
public static class UncompressedSavingCatalog
{
    /// <summary>
    /// Saves a model as <c>Save</c> does, but without compression: weights hardly get smaller by it, and unpacking them is a quarter of the time
    /// that loading takes. ML.NET loads both alike. An interruption leaves what was there before.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The columns of the data that it was made for; may be null.</param>
    /// <param name="path">The file; one that exists is replaced, when the new one is whole.</param>
    /// <exception cref="DirectoryNotFoundException">Its folder does not exist.</exception>
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
