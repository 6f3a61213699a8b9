namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>
/// Keeps other trainings out of a checkpoint folder. The operating system releases the lock when the process ends, however it ends.
/// </summary>
internal sealed class CheckpointLock : IDisposable
{
    private const string Name = ".training.lock";

    // EWOULDBLOCK of Linux and macOS; ERROR_SHARING_VIOLATION of Windows.
    private static readonly int Taken = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;

    private readonly FileStream _file;

    private CheckpointLock(FileStream file) => _file = file;

    /// <summary>Locks a folder.</summary>
    /// <param name="folder">The path of a folder that exists.</param>
    /// <exception cref="InvalidOperationException">Another training uses the folder.</exception>
    /// <exception cref="IOException">The folder does not take files.</exception>
    public static CheckpointLock Acquire(string folder)
    {
        FileStream? file = null;
        try
        {
            file = new(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            // A full disk takes an empty file.
            file.WriteByte(0);
            file.Flush();
            return new(file);
        }
        catch (IOException exception) when (file is null && exception.HResult == Taken)
        {
            throw new InvalidOperationException($"The checkpoint folder '{folder}' is in use by another training, and two would overwrite each other's "
                + "checkpoints. Name another folder, or wait until that training ends.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new IOException(
                $"The checkpoint folder '{folder}' cannot be written to: {exception.Message.TrimEnd('.')}. Make room or allow writing there, or name another folder.",
                exception);
        }
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => _file.Dispose();
}
