using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ResNeXt.Core.NativeLoading;

/// <summary>A patched library that has to become a file before the system can load it.</summary>
/// <param name="fileName">Its name.</param>
/// <param name="original">What it was made of.</param>
/// <param name="patched">Its content.</param>
[SupportedOSPlatform("linux")]
internal sealed class PatchedLibrary(string fileName, byte[] original, byte[] patched)
{
    /// <summary>Loads it from the first folder that works; otherwise from a temporary folder of its own, which is then deleted.</summary>
    /// <param name="cacheFolders">Folders to keep it in, best first.</param>
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
            // A new folder with a random name that only this user may enter: nobody can have prepared it.
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
            // A loaded library stays in memory without its file.
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
        catch (DllNotFoundException exception) when (!LoaderText.NamesVersion(exception.Message))
        {
            // For example a disk that is mounted without the right to run what lies on it.
            failures.Add($"{folder}: {LoaderText.Shorten(exception.Message)}");
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
            // Left for the system's own clean-up of temporary files: the library is loaded, nothing the user could do depends on it.
        }
    }
}
