using System.Collections.Concurrent;

namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>
/// A folder of this process for temporary files, which only its user may read. It is there while it has files, and at the latest until the process
/// ends; what a killed process left, the next process deletes.
/// </summary>
internal sealed class ProcessFolder
{
    /// <summary>What the names of such folders begin with; the process's id and a random part follow.</summary>
    public const string Prefix = "resnext-models-";

    private static readonly ConcurrentDictionary<string, ProcessFolder> Folders = new(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly string _parent;
    private FolderLock? _lock;
    private int _files;
    private bool _hasSwept;

    static ProcessFolder() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (ProcessFolder folder in Folders.Values)
            folder.DeleteAll();
    };

    private ProcessFolder(string parent) => _parent = parent;

    /// <summary>The one in a folder, such as <c>MLContext.TempFilePath</c>.</summary>
    public static ProcessFolder In(string parent) => Folders.GetOrAdd(Path.GetFullPath(parent), static path => new ProcessFolder(path));

    /// <summary>Writes a file; the caller disposes of it.</summary>
    /// <param name="content">What is in it.</param>
    /// <exception cref="IOException">It cannot be written; the message names the folder and says what to do.</exception>
    public TemporaryModel Write(byte[] content)
    {
        lock (_gate)
        {
            try
            {
                Sweep();
                _lock ??= FolderLock.Create(_parent, Prefix);
                var file = new TemporaryModel(this, Path.Combine(_lock.Folder, $"{Guid.NewGuid():N}.onnx"), content);
                _files++;
                return file;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                DeleteIfEmpty();
                throw new IOException($"The temporary folder '{_parent}' does not take a file of {content.Length} bytes, which ONNX Runtime loads "
                    + $"the model from: {exception.Message} Make room or allow writing there, "
                    + "or set MLContext.TempFilePath to another folder.", exception);
            }
        }
    }

    /// <summary>Takes note that a file is gone.</summary>
    public void Released()
    {
        lock (_gate)
        {
            _files--;
            DeleteIfEmpty();
        }
    }

    private void Sweep()
    {
        if (_hasSwept)
            return;
        _hasSwept = true;
        LeftBehind.Sweep(_parent, Prefix);
    }

    private void DeleteIfEmpty()
    {
        if (_files == 0)
            DeleteAll();
    }

    private void DeleteAll()
    {
        lock (_gate)
        {
            _lock?.Delete();
            _lock = null;
        }
    }
}
