namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>A temporary file with an ONNX model, deleted when it is disposed of.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private readonly ProcessFolder _folder;

    // Outside of Windows a file can be deleted while others have it open. This handle deletes it when the garbage collector takes a model that nobody
    // disposed of; on Windows it would keep ML.NET from opening the file.
    private readonly FileStream? _handle;
    private int _isDisposed;

    internal TemporaryModel(ProcessFolder folder, string path, byte[] content)
    {
        _folder = folder;
        FilePath = path;
        File.WriteAllBytes(path, content);
        if (!OperatingSystem.IsWindows())
            _handle = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.DeleteOnClose);
    }

    /// <summary>Where it is.</summary>
    public string FilePath { get; }

    /// <summary>Deletes it. To be called when nothing reads it any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _handle?.Dispose();
        if (OperatingSystem.IsWindows())
            Deletion.TryDeleteFile(FilePath);
        _folder.Released();
    }
}
