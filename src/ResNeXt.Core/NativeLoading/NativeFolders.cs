using System.Diagnostics.CodeAnalysis;

namespace ResNeXt.Core.NativeLoading;

/// <summary>The folders in which an application may keep its native libraries.</summary>
/// <param name="Paths">The existing folders, in the order in which .NET itself searches them.</param>
internal sealed record NativeFolders(IReadOnlyList<string> Paths)
{
    /// <summary>The folders of the running application.</summary>
    public static NativeFolders OfApplication(TorchPlatform platform)
    {
        // The same order as .NET's, so that both find the same file: two copies of libtorch in one process abort it.
        var found = new List<string>();
        string hostFolders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        found.AddRange(hostFolders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        foreach (string root in (string[])[.. FolderOfThisLibrary(), AppContext.BaseDirectory])
        {
            found.Add(root);
            found.Add(Path.Combine(root, "runtimes", platform.RuntimeIdentifier, "native"));
        }
        return new([.. found.Select(Path.TrimEndingDirectorySeparator).Distinct().Where(Directory.Exists)]);
    }

    /// <summary>
    /// The folder of this library: another one than the application's if a host loads it as a plug-in, none in a single-file application.
    /// </summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "The empty location in a single-file application is handled.")]
    private static IEnumerable<string> FolderOfThisLibrary() =>
        Path.GetDirectoryName(typeof(NativeFolders).Assembly.Location) is { Length: > 0 } folder ? [folder] : [];

    /// <summary>The full path of a file in the first folder that has it, or null.</summary>
    public string? Find(string fileName) => Paths.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);
}
