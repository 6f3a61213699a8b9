using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ResNeXt.Core.NativeLoading;

/// <summary>A patched library in memory, which must be written to a file before the system can load it.</summary>
/// <param name="fileName">The file name.</param>
/// <param name="original">The content of the original file.</param>
/// <param name="patched">The patched content.</param>
[SupportedOSPlatform("linux")]
internal sealed class PatchedLibrary(string fileName, byte[] original, byte[] patched)
{
    /// <summary>Loads the library from the first folder that works, or else from a new temporary folder, which is deleted afterwards.</summary>
    /// <param name="cacheFolders">The folders that may keep the file, in order of preference.</param>
    /// <exception cref="DllNotFoundException">No folder works.</exception>
    public nint Load(IReadOnlyList<string> cacheFolders)
    {
        var failures = new List<string>();
        foreach (string folder in cacheFolders)
        {
            if (TryLoadFrom(folder, failures, out nint handle))
                return handle;
        }
        return LoadFromTemporaryFolder(failures) ?? throw TorchLoadFailure.NoUsableFolder(failures);
    }

    private nint? LoadFromTemporaryFolder(List<string> failures)
    {
        DirectoryInfo? folder = null;
        try
        {
            // A new folder with a random name that only this user may enter: nobody else can have put a file there.
            folder = Directory.CreateTempSubdirectory("ResNeXt.MLNet-");
            return TryLoadFrom(folder.FullName, failures, out nint handle) ? handle : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failures.Add($"{Path.GetTempPath()}: {exception.Message}");
            return null;
        }
        finally
        {
            // A loaded library remains in memory without its file.
            Delete(folder);
        }
    }

    private bool TryLoadFrom(string folder, List<string> failures, out nint handle)
    {
        handle = 0;
        try
        {
            handle = NativeLibrary.Load(new PatchedLibraryCache(folder).Store(fileName, original, patched));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failures.Add($"{folder}: {exception.Message}");
        }
        catch (DllNotFoundException exception) when (!LoaderMessage.NamesVersion(exception.Message))
        {
            // For example, the disk is mounted with the option noexec.
            failures.Add($"{folder}: {LoaderMessage.Shorten(exception.Message)}");
        }
        return handle != 0;
    }

    private static void Delete(DirectoryInfo? folder)
    {
        try
        {
            folder?.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The library is loaded all the same; the system cleans up temporary files.
        }
    }
}
