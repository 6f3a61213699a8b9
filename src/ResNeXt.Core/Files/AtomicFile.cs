namespace ResNeXt.Core.Files;

/// <summary>Writes files atomically: under a temporary name first, so that a failure leaves the previous file unchanged.</summary>
/// <remarks>
/// A file that is replaced keeps its Unix access rights. Links are followed: the file that they lead to is replaced. What a killed process left under
/// a temporary name is deleted by the next process that writes into the folder.
/// </remarks>
public static class AtomicFile
{
    /// <summary>Writes a file. An existing file is replaced once the new one is complete.</summary>
    /// <param name="path">The path of the file. Its folder must exist.</param>
    /// <param name="write">The action that writes the contents to a stream.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The path leads to a folder, a pipe or a device, or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = OutputTarget.Find(path);
        using UnfinishedFile file = UnfinishedFile.Create(target);
        write(file.Content);
        file.MoveTo(target);
    }

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    /// <param name="path">The path of the file. Its folder must exist.</param>
    /// <param name="contents">The contents.</param>
    public static void Write(string path, byte[] contents) => Write(path, stream => stream.Write(contents));

    /// <summary>
    /// How to open a file that stays open, and so locked, until it has got its name or is deleted, which only Windows has to be told.
    /// </summary>
    internal static FileShare UntilPublished { get; } = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Gives a file that was written completely, and flushed to the disk, its name. An existing file is replaced.</summary>
    /// <param name="temporary">The path of the file, in the same folder.</param>
    /// <param name="path">The path that it gets.</param>
    internal static void Publish(string temporary, string path) => File.Move(temporary, path, overwrite: true);
}
