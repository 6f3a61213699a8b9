namespace ResNeXt.Tests;

/// <summary>A file of given bytes, or none yet, in a folder of its own that is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[]? content = null, string name = "file.bin")
    {
        Folder = Directory.CreateTempSubdirectory("resnext-test-").FullName;
        Path = System.IO.Path.Combine(Folder, name);
        if (content is not null)
            File.WriteAllBytes(Path, content);
    }

    public string Folder { get; }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
