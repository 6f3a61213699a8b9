namespace ResNeXt.MLNet.Folders;

/// <summary>
/// A folder that contains one folder of images per class. Links are followed. Hidden files and folders, folders of operating systems (<c>@eaDir</c>,
/// <c>__MACOSX</c>, ...) and files that are not images are ignored.
/// </summary>
/// <remarks>
/// Images have the extension .jpg, .jpeg, .jpe, .jfif, .jif, .pjpeg, .pjp, .png, .apng, .bmp, .dib, .gif or .webp, in any case; their format is
/// recognized by the content.
/// </remarks>
public sealed class ImageFolder
{
    private ImageFolder(string path, IReadOnlyList<string> classNames, IReadOnlyList<LabeledImageFile> files, string? warning) =>
        (FolderPath, ClassNames, Files, Warning) = (path, classNames, files, warning);

    /// <summary>The path of the folder that contains the class folders.</summary>
    public string FolderPath { get; }

    /// <summary>The names of the classes, in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images with their classes, class by class, in ordinal order.</summary>
    public IReadOnlyList<LabeledImageFile> Files { get; }

    /// <summary>
    /// A sentence that says how many pictures were left out because their formats, such as .tif and .heic, are not read; null if there are none.
    /// </summary>
    public string? Warning { get; }

    /// <summary>Lists the images in class folders, without opening the images.</summary>
    /// <param name="folder">The path of a folder with one folder per class. Images in folders below a class folder belong to that class too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no class folders, or one without images; two of their names look the same, or one is not valid UTF-8; or the folders are splits such
    /// as <c>train</c> and <c>test</c>.
    /// </exception>
    public static ImageFolder Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"The image folder '{folder}' does not exist; give a folder that holds one folder of images per class.");
        }
        if (SplitFolders.Find(folder) is { } splits)
        {
            throw new InvalidDataException($"The folder '{folder}' holds sets ({string.Join(", ", splits.Names)}), not classes; "
                + $"give '{splits.Train}', or load all sets with LoadSetsFromImageFolder.");
        }
        string[] paths = ImageFileSearch.Folders(folder);
        CheckNames(folder, [.. paths.Select(path => Path.GetFileName(path))]);
        ClassFolder[] classes = [.. paths.Select(ClassFolder.Of)];
        CheckImages(folder, classes);
        return new(folder, [.. classes.Select(item => item.Name)],
            [.. classes.SelectMany(item => item.Images, (item, file) => new LabeledImageFile(file, item.Name))],
            LeftOut(folder, [.. classes.SelectMany(item => item.Others)]));
    }

    /// <summary>Lists the images in a folder and in all folders below it, without opening the images.</summary>
    /// <param name="folder">The path of the folder.</param>
    /// <returns>The paths, in ordinal order, and a sentence about pictures that were left out, as <see cref="Warning"/>.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static (IReadOnlyList<string> Paths, string? Warning) FindImages(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The image folder '{folder}' does not exist.");
        (string[] images, string[] others) = ImageFileSearch.Below(folder);
        return (images, LeftOut(folder, others));
    }

    /// <summary>
    /// Whether two class names look the same; they may have different Unicode forms: composed (NFC, on most systems) or decomposed (NFD, on older
    /// Macs).
    /// </summary>
    /// <param name="name">A class name.</param>
    /// <param name="other">Another class name.</param>
    public static bool HaveSameLetters(string name, string other)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(other);
        return ClassNameForm.IsSame(name, other);
    }

    private static string? LeftOut(string folder, string[] others)
    {
        if (others.Length == 0)
            return null;
        string what = others.Length == 1 ? "1 picture is left out because its format is"
            : $"{others.Length} pictures are left out because their formats are";
        return $"In '{folder}' {what} not read: {PictureEndings.Counts(others)}; convert to JPEG or PNG.";
    }

    private static void CheckNames(string folder, string[] names)
    {
        if (names.Length == 0)
        {
            throw new InvalidDataException(
                $"The folder '{folder}' has no folders in it; put the images of each class into a folder named after the class.");
        }
        if (names.FirstOrDefault(name => name.Contains('\uFFFD') && !Directory.Exists(Path.Combine(folder, name))) is { } unreadable)
            throw new InvalidDataException($"The folder '{unreadable}' in '{folder}' has a name that is not valid UTF-8; rename it.");
        if (ClassNameForm.Twins(names).FirstOrDefault() is { } twins)
        {
            throw new InvalidDataException($"In '{folder}' two class folders are called '{twins}', with the same letters in different "
                + "Unicode forms (NFC and NFD); put their images into one of them.");
        }
    }

    private static void CheckImages(string folder, ClassFolder[] classes)
    {
        string[] empty = [.. classes.Where(item => item.Images.Length == 0)
            .Select(item => item.Others.Length == 0 ? item.Name : $"{item.Name} (only {PictureEndings.Counts(item.Others)})")];
        if (empty.Length > 0)
        {
            throw new InvalidDataException($"In '{folder}' these class folders have no images ({string.Join(", ", PictureEndings.Accepted)}): "
                + $"{string.Join(", ", empty)}; fill or remove them.");
        }
    }

    private sealed record ClassFolder(string Name, string[] Images, string[] Others)
    {
        public static ClassFolder Of(string path)
        {
            (string[] images, string[] others) = ImageFileSearch.Below(path);
            return new(Path.GetFileName(path), images, others);
        }
    }
}
