using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>A new folder with a file that stays locked until the process ends, so that other processes do not delete the folder.</summary>
internal sealed class FolderLock
{
    private const string LockName = "lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // A process locks a folder right after making it; the hour is far more than that takes.
    private static readonly TimeSpan TimeToLock = TimeSpan.FromHours(1);

    // Linux computes when a process started from the time since the machine started, which shifts when the clock is corrected.
    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(1);

    private readonly FileStream _file;

    private FolderLock(string folder, FileStream file) => (Folder, _file) = (folder, file);

    /// <summary>The path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Makes a folder that only the user may access, and locks it.</summary>
    /// <param name="parent">The path of the folder to make it in.</param>
    /// <param name="prefix">The beginning of its name; the id of the process and a random part follow.</param>
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
    /// <param name="folder">The path of the folder.</param>
    /// <param name="prefix">The beginning of its name, before the id of the process.</param>
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
            // Locked, or owned by another user.
            return false;
        }
    }

    /// <summary>Unlocks the folder, and deletes it with what is in it.</summary>
    public void Delete()
    {
        _file.Dispose();
        Deletion.TryDeleteFolder(Folder);
    }

    // For file systems without locks. A process that started after the lock was made only has the same id as one that has ended.
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
            // The process exists, and another user owns it.
            return true;
        }
    }
}
