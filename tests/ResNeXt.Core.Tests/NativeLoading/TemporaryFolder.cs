namespace ResNeXt.Core.Tests.NativeLoading;

/// <summary>A folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("resnext-test-").FullName;

    public string File(params string[] parts) => Path.Combine([FullName, .. parts]);

    /// <summary>A folder that cannot be created by anybody, root included, because a file is where its parent would be.</summary>
    public string ImpossibleFolder()
    {
        System.IO.File.WriteAllText(File("file"), "");
        return File("file", "folder");
    }

    public string[] AllFiles() => Directory.GetFiles(FullName, "*", SearchOption.AllDirectories);

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
