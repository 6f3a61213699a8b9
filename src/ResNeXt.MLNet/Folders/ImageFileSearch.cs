using System.Collections.Frozen;

namespace ResNeXt.MLNet.Folders;

/// <summary>Finds image files and folders: follows links, and leaves out hidden files and folders.</summary>
internal static class ImageFileSearch
{
    // Folders that network drives, archives and operating systems create. Names that begin with a dot are hidden already.
    private static readonly FrozenSet<string> SystemFolders = FrozenSet.ToFrozenSet(
    [
        "@eaDir", "@tmp", "@Recycle", "@Recently-Snapshot", "#recycle", "#snapshot", "__MACOSX", "$RECYCLE.BIN", "RECYCLER",
        "System Volume Information", "lost+found", "__pycache__",
    ], StringComparer.OrdinalIgnoreCase);

    // Files that may not be read are found too, and are an error when they are read.
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };

    /// <summary>The folders directly in a folder, in ordinal order.</summary>
    /// <param name="folder">The folder.</param>
    public static string[] Folders(string folder) => [.. Directory.EnumerateDirectories(folder, "*", Visible)
        .Where(path => !SystemFolders.Contains(Path.GetFileName(path))).Order(StringComparer.Ordinal)];

    /// <summary>The images directly in a folder, in no particular order.</summary>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*", Visible).Where(PictureEndings.IsAccepted);

    /// <summary>The pictures of all formats, read or not, directly in a folder, in no particular order.</summary>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<string> PicturesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*", Visible).Where(file => PictureEndings.IsAccepted(file) || PictureEndings.IsOther(file));

    /// <summary>The path of a folder after links; the same for all paths that lead to it.</summary>
    /// <param name="path">The path of the folder.</param>
    public static string RealPath(string path) =>
        new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    /// <summary>The pictures in a folder and in the folders below it, in ordinal order.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The images, and the pictures whose formats are not read.</returns>
    public static (string[] Images, string[] Others) Below(string folder)
    {
        var found = new List<string>();
        Collect(folder, folder, [], found);
        found.Sort(StringComparer.Ordinal);
        return ([.. found.Where(PictureEndings.IsAccepted)], [.. found.Where(PictureEndings.IsOther)]);
    }

    private static void Collect(string shown, string path, HashSet<string> seen, List<string> found)
    {
        // If links lead in circles, a folder is found again under another path. Its files keep the path that was found first.
        string real = RealPath(path);
        if (!seen.Add(real))
            return;
        found.AddRange(PicturesIn(real).Select(file => Path.Combine(shown, Path.GetFileName(file))));
        foreach (string inner in Folders(real))
            Collect(Path.Combine(shown, Path.GetFileName(inner)), inner, seen, found);
    }
}
