namespace ResNeXt.Core.Files;

/// <summary>Writes files under a temporary name first, so that an interruption leaves what was there before.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file and replaces the one of that name, if any, when the new one is whole.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the contents.</param>
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
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="contents">The contents.</param>
    public static void Write(string path, byte[] contents) => Write(path, stream => stream.Write(contents));
}
