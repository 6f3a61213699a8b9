namespace ResNeXt.Tests;

/// <summary>An empty folder that is deleted with all that is in it when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("resnext-test-").FullName;

    /// <summary>A path in it, whose folder exists.</summary>
    public string File(params string[] parts)
    {
        string path = System.IO.Path.Combine([Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>A folder that nobody can create, root included, because its parent is a file.</summary>
    public string ImpossibleFolder()
    {
        System.IO.File.WriteAllText(File("file"), "");
        return System.IO.Path.Combine(Path, "file", "folder");
    }

    public string[] AllFiles() => Directory.GetFiles(Path, "*", SearchOption.AllDirectories);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
