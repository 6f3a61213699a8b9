namespace ResNeXt.Core.Files;

/// <summary>Writes files atomically: under a temporary name first, so that a failure leaves the previous file unchanged.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file. An existing file is replaced once the new one is complete.</summary>
    /// <param name="path">The path of the file. Its folder must exist.</param>
    /// <param name="write">The action that writes the contents to a stream.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist; make it, or write '{Path.GetFileName(path)}' elsewhere.");
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = File.Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    /// <param name="path">The path of the file. Its folder must exist.</param>
    /// <param name="contents">The contents.</param>
    public static void Write(string path, byte[] contents) => Write(path, stream => stream.Write(contents));

    /// <summary>Gives a file that was written completely, and flushed to the disk, its name. An existing file is replaced.</summary>
    /// <param name="temporary">The path of the file, in the same folder.</param>
    /// <param name="path">The path that it gets.</param>
    internal static void Publish(string temporary, string path) => File.Move(temporary, path, overwrite: true);
}
