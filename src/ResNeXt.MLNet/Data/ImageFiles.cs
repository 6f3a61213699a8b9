namespace ResNeXt.MLNet.Data;

/// <summary>Finds image files and folders, in ordinal order of their names, with links followed and hidden ones left out.</summary>
internal static class ImageFiles
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"];

    // A file that may not be read is an error when its turn comes, not a file less.
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };

    /// <summary>The accepted endings, as a list to show.</summary>
    public static string ExtensionList => string.Join(", ", Extensions);

    /// <summary>The folders that stand directly in a folder.</summary>
    public static string[] Folders(string folder) => [.. Directory.EnumerateDirectories(folder, "*", Visible).Order(StringComparer.Ordinal)];

    /// <summary>The images that stand directly in a folder, in no order.</summary>
    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*", Visible).Where(IsImage);

    /// <summary>The images in a folder and in the folders below it.</summary>
    public static string[] Below(string folder)
    {
        var found = new List<string>();
        Collect(folder, folder, [], found);
        found.Sort(StringComparer.Ordinal);
        return [.. found];
    }

    private static void Collect(string shown, string path, HashSet<string> seen, List<string> found)
    {
        // Where links lead in circles, the same folder comes up again under its real name; its files keep the name that leads to them from outside.
        string real = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        if (!seen.Add(real))
            return;
        found.AddRange(In(real).Select(file => Path.Combine(shown, Path.GetFileName(file))));
        foreach (string inner in Folders(real))
            Collect(Path.Combine(shown, Path.GetFileName(inner)), inner, seen, found);
    }

    private static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
