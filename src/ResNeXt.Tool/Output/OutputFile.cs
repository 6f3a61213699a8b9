namespace ResNeXt.Tool.Output;

/// <summary>Checks output files before the work that they are for.</summary>
internal static class OutputFile
{
    /// <summary>Throws if the path is a folder, or if its folder does not exist.</summary>
    public static void Check(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' for '{Path.GetFileName(path)}' does not exist; make it, or name another one.");
        if (Directory.Exists(path))
            throw new ArgumentException($"'{path}' is a folder; name a file in it.");
    }
}
