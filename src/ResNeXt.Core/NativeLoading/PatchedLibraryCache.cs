using System.IO.Hashing;
using System.Runtime.Versioning;

namespace ResNeXt.Core.NativeLoading;

/// <summary>Keeps patched libraries in a folder that only its user can enter.</summary>
/// <param name="folder">The folder; created if missing.</param>
[SupportedOSPlatform("linux")]
internal sealed class PatchedLibraryCache(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Puts a patched library into the cache unless it is there already. Several processes may do so at the same time; each sees a complete file.
    /// </summary>
    /// <param name="fileName">The file name.</param>
    /// <param name="original">The content of the original file, which is the key.</param>
    /// <param name="patched">The patched content. A file in the cache is used only if it has exactly this content.</param>
    /// <returns>The path of the file in the cache.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to somebody else, or may not be written to.</exception>
    public string Store(string fileName, ReadOnlySpan<byte> original, ReadOnlySpan<byte> patched)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        // Fails for everybody but the owner, so a folder that somebody else has prepared is never used.
        File.SetUnixFileMode(folder, OwnerOnly);
        string entry = Path.Combine(folder, "native", Key(original));
        Directory.CreateDirectory(entry, OwnerOnly);
        string path = Path.Combine(entry, fileName);
        if (!HasContent(path, patched))
            Replace(path, patched);
        return path;
    }

    // Separates the files of different TorchSharp versions; security does not depend on it, because contents are compared too. A cryptographic hash
    // would need OpenSSL, which small container images lack; .NET terminates the process then.
    private static string Key(ReadOnlySpan<byte> content) => $"{XxHash64.HashToUInt64(content):x16}";

    private static bool HasContent(string path, ReadOnlySpan<byte> expected)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length == expected.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(expected);
    }

    /// <summary>Replaces a file atomically: readers see the old or the new content, and a process that has mapped the old file keeps it.</summary>
    private static void Replace(string path, ReadOnlySpan<byte> content)
    {
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var stream = new FileStream(unfinished, options))
                stream.Write(content);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
