using System.Collections.Frozen;

namespace ResNeXt.MLNet.Folders;

/// <summary>Finds image files and folders, in ordinal order of their names, with links followed and hidden ones left out.</summary>
internal static class ImageFileSearch
{
    // What network drives, archives and systems put beside a user's own folders. Names that begin with a dot are hidden already.
    private static readonly FrozenSet<string> SystemFolders = FrozenSet.ToFrozenSet(
    [
        "@eaDir", "@tmp", "@Recycle", "@Recently-Snapshot", "#recycle", "#snapshot", "__MACOSX", "$RECYCLE.BIN", "RECYCLER",
        "System Volume Information", "lost+found", "__pycache__",
    ], StringComparer.OrdinalIgnoreCase);

    // A file that may not be read is an error when its turn comes, not a file less.
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };

    /// <summary>The folders that a user put directly in a folder.</summary>
    public static string[] Folders(string folder) => [.. Directory.EnumerateDirectories(folder, "*", Visible)
        .Where(path => !SystemFolders.Contains(Path.GetFileName(path))).Order(StringComparer.Ordinal)];

    /// <summary>The images that are directly in a folder, in no order.</summary>
    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*", Visible).Where(PictureEndings.IsAccepted);

    /// <summary>The pictures in a folder and in the folders below it: images, and those of formats that are not read.</summary>
    public static (string[] Images, string[] Others) Below(string folder)
    {
        var found = new List<string>();
        Collect(folder, folder, [], found);
        found.Sort(StringComparer.Ordinal);
        return ([.. found.Where(PictureEndings.IsAccepted)], [.. found.Where(PictureEndings.IsOther)]);
    }

    private static void Collect(string shown, string path, HashSet<string> seen, List<string> found)
    {
        // Where links lead in circles, the same folder comes up again under its real name; its files keep the name that leads to them from outside.
        string real = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        if (!seen.Add(real))
            return;
        found.AddRange(Directory.EnumerateFiles(real, "*", Visible).Where(file => PictureEndings.IsAccepted(file) || PictureEndings.IsOther(file))
            .Select(file => Path.Combine(shown, Path.GetFileName(file))));
        foreach (string inner in Folders(real))
            Collect(Path.Combine(shown, Path.GetFileName(inner)), inner, seen, found);
    }
}
