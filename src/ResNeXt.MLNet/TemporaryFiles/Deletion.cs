namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>Deletes what may be in use or gone already. What stays now, a later process deletes.</summary>
internal static class Deletion
{
    public static void TryDeleteFile(string path) => Try(() => File.Delete(path));

    public static void TryDeleteFolder(string path) => Try(() => Directory.Delete(path, recursive: true));

    private static void Try(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
