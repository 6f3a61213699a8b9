using System.IO.Compression;

namespace ResNeXt.Tests;

/// <summary>Copies of zip archives in which one entry has another content, without compression and with checksums that are right.</summary>
internal static class RewrittenZip
{
    /// <summary>The archive with another content of an entry.</summary>
    public static byte[] With(ZipArchive archive, string entryName, byte[] content)
    {
        using var zip = new MemoryStream();
        using (var target = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using Stream to = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                to.Write(entry.FullName == entryName ? content : Content(entry));
            }
        }
        return zip.ToArray();
    }

    /// <summary>The content of an entry.</summary>
    public static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
