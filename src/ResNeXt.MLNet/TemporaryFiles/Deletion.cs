namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>Deletes files and folders that may be in use or gone already; a later process deletes what is left.</summary>
internal static class Deletion
{
    /// <summary>Deletes a file, if possible.</summary>
    /// <param name="path">The path of the file.</param>
    public static void TryDeleteFile(string path) => Try(() => File.Delete(path));

    /// <summary>Deletes a folder and what is in it, if possible.</summary>
    /// <param name="path">The path of the folder.</param>
    public static void TryDeleteFolder(string path) => Try(() => Directory.Delete(path, recursive: true));

    private static void Try(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In use, or gone already.
        }
    }
}
