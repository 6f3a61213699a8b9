using System.CommandLine;
using ResNeXt.Core.Files;
using static System.FormattableString;

namespace ResNeXt.Tool.Output;

/// <summary>
/// The files that commands write: checked before the work that they are for, and written elsewhere if the given folder does not take them after it.
/// </summary>
internal static class OutputFile
{
    // What .NET puts in the place of bytes that are not valid UTF-8.
    private const char ReplacementCharacter = '\uFFFD';

    /// <summary>Throws if the file cannot be written, as far as that can be told before the work.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="bytes">The size of the file, if it is known.</param>
    public static void Check(string path, long bytes = 0)
    {
        if (path.Contains(ReplacementCharacter))
            throw new ArgumentException($"The name '{path}' is not valid UTF-8, so the file would get another one; give one that is.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' for '{Path.GetFileName(path)}' does not exist; make it, or name another one.");
        if (Directory.Exists(path))
            throw new ArgumentException($"'{path}' is a folder; name a file in it.");
        string target = OutputTarget.Find(path);
        folder = Path.GetDirectoryName(target)!;
        CheckWriting(target, folder);
        if (bytes > 0)
            CheckSpace(folder, bytes, $"'{Path.GetFileName(path)}'");
    }

    /// <summary>Throws if two options name the same file, of which one would replace the other.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options for paths of files.</param>
    /// <exception cref="ArgumentException">Two are the same.</exception>
    public static void CheckDifferent(ParseResult parsed, params IEnumerable<Option> options)
    {
        // On Linux too, where names in other letters are other files: nobody means that.
        var given = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Option option in options)
        {
            if (parsed.GetValue<string>(option.Name) is { Length: > 0 } path && !given.TryAdd(Path.GetFullPath(path), option.Name))
                throw new ArgumentException($"{given[Path.GetFullPath(path)]} and {option.Name} are both '{path}'; name two files.");
        }
    }

    /// <summary>Throws if a folder has too little free space.</summary>
    /// <param name="folder">The path of a folder.</param>
    /// <param name="bytes">The number of bytes to write.</param>
    /// <param name="what">What is to be written, as messages call it.</param>
    public static void CheckSpace(string folder, long bytes, string what)
    {
        if (FreeBytes(folder) is { } free && free < bytes)
            throw new IOException(Invariant($"The folder '{folder}' has {free / 1e6:F1} MB free; {what} needs about {bytes / 1e6:F1} MB. Make room, or name another folder."));
    }

    /// <summary>
    /// Writes the result of long work. If its folder does not take it any more, it is written to another folder: the message says where, and the
    /// command ends with <see cref="ExitCode.Partly"/>.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="write">The action that writes a file to the path that it gets.</param>
    /// <returns>The full path of the written file.</returns>
    public static string Write(string path, Action<string> write)
    {
        try
        {
            write(path);
            return Path.GetFullPath(path);
        }
        catch (Exception exception) when (IsOfTheDisk(exception) && WriteElsewhere(path, write) is { } other)
        {
            Console.Error.WriteLine($"'{Path.GetFullPath(path)}' cannot be written: {Sentence(exception)} What it should hold is in '{other}'.");
            CommandRun.MarkPartial();
            return other;
        }
    }

    private static string? WriteElsewhere(string path, Action<string> write)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string name = $"resnext-{Guid.NewGuid().ToString("N")[..8]}{Path.GetExtension(path)}";
        foreach (string folder in new[] { Path.GetTempPath(), home, Environment.CurrentDirectory }.Where(Directory.Exists))
        {
            try
            {
                string other = Path.GetFullPath(Path.Combine(folder, name));
                write(other);
                return other;
            }
            catch (Exception exception) when (IsOfTheDisk(exception))
            {
                // The next folder may take it.
            }
        }
        return null;
    }

    // As the command will do: creates a file of the name, unless there is one, and writes another one, which is deleted.
    private static void CheckWriting(string path, string folder)
    {
        string probe = Path.Combine(folder, $".resnext-{Guid.NewGuid():N}");
        try
        {
            if (!Path.Exists(path))
                new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            AtomicFile.Write(probe, [0]);
            File.Delete(probe);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw new IOException($"'{path}' cannot be written: {Sentence(exception)} Name another file.", exception);
        }
    }

    private static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception exception) when (IsOfTheDisk(exception) || exception is ArgumentException)
        {
            return null;
        }
    }

    private static string Sentence(Exception exception) => $"{exception.Message.TrimEnd('.')}.";

    private static bool IsOfTheDisk(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
