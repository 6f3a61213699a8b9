namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>A file of given bytes in a folder of its own, gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[]? content = null)
    {
        Folder = Directory.CreateTempSubdirectory("weights-").FullName;
        Path = System.IO.Path.Combine(Folder, "weights.bin");
        if (content is not null)
            File.WriteAllBytes(Path, content);
    }

    public string Folder { get; }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
