namespace ResNeXt.Tool.LabelChecks;

/// <summary>Names files as a page shows them, which may be passed on: within their image folder, without the folders above it.</summary>
/// <param name="images">The path of the image folder.</param>
/// <param name="validation">The path of the folder of validation images; null if there is none.</param>
internal sealed class ShownNames(string images, string? validation)
{
    /// <summary>The name of the image folder.</summary>
    public string Folder => NameOf(images);

    /// <summary>The name of an image in one of the folders.</summary>
    public string Of(string path) =>
        Within(images, path)
        ?? (validation is not null && Within(validation, path) is { } name ? Path.Combine(NameOf(validation), name) : Path.GetFileName(path));

    /// <summary>A message, in which paths are in quotes.</summary>
    public string In(string message) => new[] { images, validation }.OfType<string>().Select(Path.TrimEndingDirectorySeparator)
        .OrderByDescending(folder => folder.Length)
        .Aggregate(message, (text, folder) => text.Replace($"'{folder}", $"'{NameOf(folder)}", StringComparison.Ordinal));

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static string? Within(string folder, string path)
    {
        string name = Path.GetRelativePath(folder, path);
        return Path.IsPathRooted(name) || name.StartsWith("..", StringComparison.Ordinal) ? null : name;
    }
}
