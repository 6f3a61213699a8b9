namespace ResNeXt.Tests;

/// <summary>An empty folder that is gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("resnext-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
