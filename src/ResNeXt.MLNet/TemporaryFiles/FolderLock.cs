using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>A new folder with a file in it that stays locked as long as the process lives, so that other processes know not to delete it.</summary>
internal sealed class FolderLock
{
    private const string LockName = "lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // A process is between making the folder and locking it for an instant only.
    private static readonly TimeSpan TimeToLock = TimeSpan.FromHours(1);

    // Linux gives the time of a start from the time since the machine's, which a corrected clock moves.
    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(1);

    private readonly FileStream _file;

    private FolderLock(string folder, FileStream file) => (Folder, _file) = (folder, file);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Makes a folder, which only the user may enter, and locks it.</summary>
    public static FolderLock Create(string parent, string prefix)
    {
        string folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"));
        // On Windows a user's temporary folder is the user's alone, and folders in it inherit that.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
        return new(folder, new FileStream(Path.Combine(folder, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>Whether the process that made a folder has ended.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">What its name begins with, before the process's id.</param>
    public static bool IsLeftBehind(string folder, string prefix)
    {
        string file = Path.Combine(folder, LockName);
        try
        {
            DateTime lockedAt = File.GetLastWriteTimeUtc(file);
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                return !IsAlive(Path.GetFileName(folder)[prefix.Length..], lockedAt);
        }
        catch (FileNotFoundException)
        {
            return DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > TimeToLock;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Locked, or another user's.
            return false;
        }
    }

    /// <summary>Deletes the folder and what is in it.</summary>
    public void Delete()
    {
        _file.Dispose();
        Deletion.TryDeleteFolder(Folder);
    }

    // For file systems that have no locks. A process that started after the lock was made has the number of one that ended.
    private static bool IsAlive(string name, DateTime lockedAt)
    {
        if (!int.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return false;
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime() <= lockedAt + ClockError;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Win32Exception)
        {
            // It is there, and another user's.
            return true;
        }
    }
}
