using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;

namespace ResNeXt.Core.Files;

/// <summary>
/// The temporary file of an <see cref="AtomicFile"/>, beside the file that it replaces. It is locked until it has its final name; one that nobody
/// locks was left by a process that was killed.
/// </summary>
/// <remarks>
/// Named <c>.NAME.PROCESS-RANDOM.tmp</c>. A name that would become too long is shortened to its beginning and a hash.
/// </remarks>
internal sealed partial class UnfinishedFile : IDisposable
{
    private const int LongestName = 200, KeptOfLongName = 30;

    private static readonly ConcurrentDictionary<string, bool> Swept = new(StringComparer.Ordinal);

    private readonly string _path;
    private bool _isMoved;

    private UnfinishedFile(string path, FileStream content) => (_path, Content) = (path, content);

    /// <summary>The content to be written.</summary>
    public FileStream Content { get; }

    /// <summary>Creates the temporary file for a file, after deleting those that killed processes left in its folder.</summary>
    /// <param name="target">The full path of the file that is to be replaced or created.</param>
    public static UnfinishedFile Create(string target)
    {
        string folder = Path.GetDirectoryName(target)!;
        DeleteLeftovers(folder);
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture,
            $".{Shortened(Path.GetFileName(target))}.{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}.tmp"));
        return new(path, new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>Gives the file its final name, and the access rights of the file that it replaces.</summary>
    /// <param name="target">The full path of the file that is to be replaced or created.</param>
    public void MoveTo(string target)
    {
        Content.Flush(flushToDisk: true);
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            File.SetUnixFileMode(Content.SafeFileHandle, File.GetUnixFileMode(target));
        // Windows does not rename open files; elsewhere the lock lasts until the name is final.
        if (OperatingSystem.IsWindows())
            Content.Dispose();
        File.Move(_path, target, overwrite: true);
        _isMoved = true;
    }

    /// <summary>Closes the file, and deletes it unless it has its final name.</summary>
    public void Dispose()
    {
        try
        {
            // Writes what is buffered, for which a full disk has no room either.
            Content.Dispose();
        }
        finally
        {
            if (!_isMoved)
                File.Delete(_path);
        }
    }

    private static string Shortened(string name)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        if (utf8.Length <= LongestName)
            return name;
        // Runes, because half of a surrogate pair is no valid name.
        string start = string.Concat(name.EnumerateRunes().Take(KeptOfLongName).Select(rune => rune.ToString()));
        return $"{start}~{XxHash64.HashToUInt64(utf8):x16}";
    }

    // Once per folder and process: programs that write thousands of files into a folder would list it as often.
    private static void DeleteLeftovers(string folder)
    {
        if (!Swept.TryAdd(folder, true))
            return;
        var all = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true };
        foreach (string path in Directory.EnumerateFiles(folder, ".*.tmp", all))
        {
            Match name = Form().Match(Path.GetFileName(path));
            if (name.Success && int.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var process && process != Environment.ProcessId)
                DeleteLeftover(path, process);
        }
    }

    private static void DeleteLeftover(string path, int process)
    {
        try
        {
            // Processes of other containers and machines are seen only by their locks.
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                if (IsRunning(process))
                    return;
            }
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In use, gone already, or of another user: in shared folders one may write to files that only their owner may delete.
        }
    }

    // For file systems without locks.
    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\..+\.([0-9]{1,9})-[0-9a-f]{8}\.tmp$")]
    private static partial Regex Form();
}
