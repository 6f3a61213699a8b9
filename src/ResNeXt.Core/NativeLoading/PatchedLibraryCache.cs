using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace ResNeXt.Core.NativeLoading;

/// <summary>Keeps patched libraries in a folder that only its user can enter.</summary>
/// <param name="folder">The folder; created where missing.</param>
[SupportedOSPlatform("linux")]
internal sealed class PatchedLibraryCache(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Puts a patched library into the cache unless it is there already. Several processes may do so at once: each sees a whole file.
    /// </summary>
    /// <param name="fileName">Its name.</param>
    /// <param name="original">What it was made of: the key.</param>
    /// <param name="patched">Its content. A file in the cache counts only if it has exactly this content.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to somebody else, or may not be written to.</exception>
    public string Store(string fileName, ReadOnlySpan<byte> original, ReadOnlySpan<byte> patched)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        // Fails for everybody but the owner, so a folder that somebody else laid out for us is never used.
        File.SetUnixFileMode(folder, OwnerOnly);
        string entry = Path.Combine(folder, "native", Key(original));
        Directory.CreateDirectory(entry, OwnerOnly);
        string path = Path.Combine(entry, fileName);
        if (!HasContent(path, patched))
            Replace(path, patched);
        return path;
    }

    /// <summary>
    /// Tells the files of different TorchSharp versions apart: FNV-1a. It guards against nothing, because the content is compared in any case; a
    /// cryptographic hash would need OpenSSL, without which .NET ends the process and which small container images lack.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static string Key(ReadOnlySpan<byte> content)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte value in content)
            hash = (hash ^ value) * 0x100000001b3;
        return $"{hash:x16}";
    }

    private static bool HasContent(string path, ReadOnlySpan<byte> expected)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length == expected.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(expected);
    }

    /// <summary>Readers see the old file or the new one: a process that has mapped the old one keeps it.</summary>
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
