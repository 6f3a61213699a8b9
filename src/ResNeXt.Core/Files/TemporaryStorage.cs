using static System.FormattableString;

namespace ResNeXt.Core.Files;

/// <summary>
/// Temporary files, and problems with their folder (missing, full, read-only) told from other failures, such as a damaged model or
/// image.
/// </summary>
internal static class TemporaryStorage
{
    private const int ProbeLength = 1 << 16;

    // Linux and macOS: ENOSPC, EDQUOT. Windows: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
    private static readonly int[] Full = [28, OperatingSystem.IsMacOS() ? 69 : 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>Throws if temporary files cannot be written, before work is started whose result would be lost.</summary>
    /// <param name="folder">The folder; null for <see cref="Path.GetTempPath"/>.</param>
    /// <exception cref="IOException">The folder is missing, full or read-only; the message says what to do.</exception>
    public static void Check(string? folder = null)
    {
        folder ??= Path.GetTempPath();
        if (Fault(failure: null, folder) is { } fault)
            throw Refusal(folder, fault, null);
    }

    /// <summary>
    /// Creates a temporary file that only the user can read, and that is gone when it is closed or the process ends, even if it is killed.
    /// </summary>
    /// <param name="ending">The ending of its name, without the dot.</param>
    public static FileStream CreateFile(string ending)
    {
        string path = Path.Combine(Path.GetTempPath(), $"resnext-{Guid.NewGuid():N}.{ending}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.RandomAccess,
            BufferSize = 0,
        };
        if (OperatingSystem.IsWindows())
        {
            options.Options |= FileOptions.DeleteOnClose;
            return new FileStream(path, options);
        }
        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        // An open file can lose its name at once. Nothing is left of it then, however the process ends.
        File.Delete(path);
        return file;
    }

    /// <summary>Creates the exception to throw if the folder for temporary files caused another exception.</summary>
    /// <param name="exception">The exception that was caught. Its inner exceptions are checked too.</param>
    /// <param name="folder">The folder; null for <see cref="Path.GetTempPath"/>.</param>
    /// <returns>An exception that names the folder, the problem and what to do; null if the folder is not the cause.</returns>
    public static IOException? Blame(Exception exception, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(exception);
        folder ??= Path.GetTempPath();
        return Causes(exception).FirstOrDefault(cause => cause is IOException or UnauthorizedAccessException) is { } failure
            && Fault(failure, folder) is { } fault
            ? Refusal(folder, fault, exception)
            : null;
    }

    private static IOException Refusal(string folder, string fault, Exception? cause)
    {
        string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
        return new(
            $"The folder for temporary files, '{folder}', {fault}. Fix that, or name another folder in the environment variable {variable}.", cause);
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static string? Fault(Exception? failure, string folder)
    {
        if (!Directory.Exists(folder))
            return "does not exist";
        if (failure is not null && Full.Contains(failure.HResult))
            return "is full" + Free(folder);
        try
        {
            string path = Path.Combine(folder, $"resnext-{Guid.NewGuid():N}.probe");
            using FileStream probe = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            // A full disk still takes empty files.
            probe.Write(new byte[ProbeLength]);
            probe.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Full.Contains(exception.HResult) ? "is full" + Free(folder) : "cannot be written to";
        }
    }

    private static string Free(string folder)
    {
        try
        {
            return Invariant($" ({new DriveInfo(folder).AvailableFreeSpace / 1e6:F0} MB free)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
