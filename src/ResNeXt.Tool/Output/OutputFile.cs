namespace ResNeXt.Tool.Output;

/// <summary>Checks of files to be written, before any work is done for them.</summary>
internal static class OutputFile
{
    /// <summary>Refuses a file whose folder does not exist, or that is a folder itself.</summary>
    public static void Check(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' for '{Path.GetFileName(path)}' does not exist; make it, or name another one.");
        if (Directory.Exists(path))
            throw new ArgumentException($"'{path}' is a folder; name a file in it.");
    }
}
