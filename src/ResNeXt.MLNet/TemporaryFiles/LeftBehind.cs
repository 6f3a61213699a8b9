using ResNeXt.Core.Files;

namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>Deletes the temporary files of processes that were killed.</summary>
internal static class LeftBehind
{
    // ML.NET opens a file right after writing it, and keeps it open; the hour is far more than that takes.
    private static readonly TimeSpan TimeToOpen = TimeSpan.FromHours(1);

    /// <summary>Deletes this library's folders and model files whose processes have ended.</summary>
    /// <param name="parent">The path of the folder that contains them.</param>
    /// <param name="prefix">The beginning of the folders' names.</param>
    public static void Sweep(string parent, string prefix)
    {
        var visible = new EnumerationOptions { IgnoreInaccessible = true };
        foreach (string folder in Directory.EnumerateDirectories(parent, $"{prefix}*", visible))
        {
            if (FolderLock.IsLeftBehind(folder, prefix))
                Deletion.TryDeleteFolder(folder);
        }
        foreach (string file in Directory.EnumerateFiles(parent, "????????.???", visible))
        {
            if (LoadedModels.IsNameOfMLNet(file) && IsLeftBehind(file))
                Deletion.TryDeleteFile(file);
        }
    }

    private static bool IsLeftBehind(string file)
    {
        try
        {
            // Anybody can make a pipe in a shared folder, and opening it would wait for its other end.
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < TimeToOpen || FileKind.IsSpecial(file))
                return false;
            // Fails while a process has it open.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None);
            return LoadedModels.IsOurs(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
