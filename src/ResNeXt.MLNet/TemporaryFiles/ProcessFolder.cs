using System.Collections.Concurrent;

namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>
/// This process's folder for temporary files, which only the user may read. It exists while there are files in it, and is deleted at the latest when
/// the process ends; if the process is killed, the next process deletes it.
/// </summary>
internal sealed class ProcessFolder
{
    /// <summary>The beginning of the folders' names; the id of the process and a random part follow.</summary>
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

    /// <summary>Gets this process's folder in a folder such as <c>MLContext.TempFilePath</c>.</summary>
    /// <param name="parent">The path of the folder.</param>
    public static ProcessFolder In(string parent) => Folders.GetOrAdd(Path.GetFullPath(parent), static path => new ProcessFolder(path));

    /// <summary>Writes an ONNX model to a new file.</summary>
    /// <param name="content">The content of the file.</param>
    /// <returns>The file, which the caller disposes of.</returns>
    /// <exception cref="IOException">The file cannot be written; the message names the folder and says what to do.</exception>
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

    /// <summary>Deletes the folder if the file that was just deleted was its last one.</summary>
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
