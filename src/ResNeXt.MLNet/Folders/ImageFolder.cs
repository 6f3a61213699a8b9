using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Folders;

/// <summary>
/// Images sorted into a folder per class. Links are followed. Hidden files and folders, folders of systems (<c>@eaDir</c>, <c>__MACOSX</c>, ...)
/// and files that are not images are ignored.
/// </summary>
/// <remarks>
/// Images end in .jpg, .jpeg, .jpe, .jfif, .jif, .pjpeg, .pjp, .png, .apng, .bmp, .dib, .gif or .webp, in any case; the content decides how they
/// are read.
/// </remarks>
public sealed class ImageFolder
{
    private ImageFolder(string path, IReadOnlyList<string> classNames, IReadOnlyList<LabeledImageFile> files, string? warning) =>
        (FolderPath, ClassNames, Files, Warning) = (path, classNames, files, warning);

    /// <summary>The folder with the class folders.</summary>
    public string FolderPath { get; }

    /// <summary>The classes, in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images with their classes: classes, and within a class paths, in ordinal order.</summary>
    public IReadOnlyList<LabeledImageFile> Files { get; }

    /// <summary>
    /// How many pictures of which formats were left out because they cannot be read, such as .tif and .heic, in a sentence; null where none were.
    /// </summary>
    public string? Warning { get; }

    /// <summary>Lists the images of a folder with class folders, without opening them.</summary>
    /// <param name="folder">The folder with a folder per class; images in folders further down belong to that class too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// It has no class folders, or one without images; two of their names show the same letters, or one is not UTF-8; or it has sets like
    /// <c>train</c> and <c>test</c> instead.
    /// </exception>
    public static ImageFolder Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The image folder '{folder}' does not exist; give a folder that holds one folder of images per class.");
        if (SplitFolders.Find(folder) is { } sets)
        {
            throw new InvalidDataException($"The folder '{folder}' holds sets ({string.Join(", ", sets.Names)}), not classes; "
                + $"give '{sets.Train}', or load all sets with LoadSetsFromImageFolder.");
        }
        string[] paths = ImageFileSearch.Folders(folder);
        CheckNames(folder, [.. paths.Select(path => Path.GetFileName(path))]);
        ClassFolder[] classes = [.. paths.Select(ClassFolder.Of)];
        CheckImages(folder, classes);
        return new(folder, [.. classes.Select(item => item.Name)],
            [.. classes.SelectMany(item => item.Images, (item, file) => new LabeledImageFile(file, item.Name))],
            LeftOut(folder, [.. classes.SelectMany(item => item.Others)]));
    }

    /// <summary>Lists the images in a folder and in all folders below it, without opening them.</summary>
    /// <param name="folder">The folder; its folders need not be classes.</param>
    /// <returns>The paths, in ordinal order, and a sentence about pictures of other formats as in <see cref="Warning"/>.</returns>
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
    /// Whether two class names show the same letters, perhaps in different Unicode forms: composed (NFC, most systems) or decomposed (NFD, older
    /// Macs).
    /// </summary>
    /// <param name="name">A class name.</param>
    /// <param name="other">Another.</param>
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
            throw new InvalidDataException($"The folder '{folder}' has no folders in it; put the images of each class into a folder named after the class.");
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
