namespace ResNeXt.Tests;

/// <summary>A path of a file that does not exist yet and is gone afterwards.</summary>
internal sealed class TemporaryFile(string extension = ".zip") : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"resnext-test-{Guid.NewGuid():N}{extension}");

    public void Dispose() => File.Delete(Path);
}
