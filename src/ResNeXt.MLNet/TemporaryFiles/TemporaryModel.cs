namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>A temporary file with an ONNX model; disposing of this deletes it.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private readonly ProcessFolder _folder;

    // On Linux and macOS a file can be deleted while it is open, so this handle deletes it also when a model is garbage-collected that nobody
    // disposed of. On Windows the handle would prevent ML.NET from opening the file.
    private readonly FileStream? _handle;
    private int _isDisposed;

    internal TemporaryModel(ProcessFolder folder, string path, byte[] content)
    {
        _folder = folder;
        FilePath = path;
        try
        {
            File.WriteAllBytes(path, content);
            if (!OperatingSystem.IsWindows())
                _handle = new FileStream(
                    path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch
        {
            // What a full disk has taken of it would stay there as long as other models are in use.
            Deletion.TryDeleteFile(path);
            throw;
        }
    }

    /// <summary>The path of the file.</summary>
    public string FilePath { get; }

    /// <summary>Deletes the file, which nothing must read any more.</summary>
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
