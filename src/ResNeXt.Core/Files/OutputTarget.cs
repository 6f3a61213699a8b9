namespace ResNeXt.Core.Files;

/// <summary>The file that a path leads to: links are followed, so that the file that they name is replaced, not they.</summary>
internal static class OutputTarget
{
    /// <summary>Finds the file to write.</summary>
    /// <param name="path">The path that the user gave. There may be no file yet.</param>
    /// <returns>The full path of the file, which is no link.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The path leads to a folder, a pipe or a device, or its links lead in a circle.</exception>
    public static string Find(string path)
    {
        if (FileKind.IsSpecial(path))
            throw new IOException($"'{path}' is a pipe or a device, which cannot be replaced by a file; give the path of a file.");
        var file = new FileInfo(path);
        string target = file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (Directory.Exists(target))
            throw new IOException($"'{path}' is a folder; give the path of a file in it.");
        string folder = Path.GetDirectoryName(target)!;
        return Directory.Exists(folder) ? target
            : throw new DirectoryNotFoundException($"The folder '{folder}' does not exist; make it, or write '{Path.GetFileName(path)}' elsewhere.");
    }
}
