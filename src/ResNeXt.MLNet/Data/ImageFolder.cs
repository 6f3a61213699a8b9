using ResNeXt.MLNet.Data;

namespace ResNeXt.MLNet;

/// <summary>Images sorted into a folder per class. Links are followed; hidden files and files that are no images are ignored.</summary>
public sealed class ImageFolder
{
    private ImageFolder(string path, IReadOnlyList<string> classNames, IReadOnlyList<ImageFile> files) =>
        (FolderPath, ClassNames, Files) = (path, classNames, files);

    /// <summary>The folder with the class folders.</summary>
    public string FolderPath { get; }

    /// <summary>The classes, in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images with their classes: classes, and within a class paths, in ordinal order.</summary>
    public IReadOnlyList<ImageFile> Files { get; }

    /// <summary>Lists the images of a folder without opening them.</summary>
    /// <param name="folder">The folder with a folder per class; images in folders further down belong to that class too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no class folders, or one without images, or it has sets like <c>train</c> and <c>test</c> instead.</exception>
    public static ImageFolder Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The image folder '{folder}' does not exist; give a folder that holds one folder of images per class.");
        if (SetFolders.Find(folder) is { } sets)
        {
            throw new InvalidDataException($"The folder '{folder}' holds sets ({string.Join(", ", sets.Names)}), not classes; "
                + $"give '{sets.Train}', or load all sets with LoadSetsFromImageFolder.");
        }
        (string Name, string[] Files)[] classes =
            [.. ImageFiles.Folders(folder).Select(path => (Path.GetFileName(path), ImageFiles.Below(path)))];
        CheckClasses(folder, classes);
        return new(folder, [.. classes.Select(item => item.Name)], [.. classes.SelectMany(item => item.Files, (item, file) => new ImageFile(file, item.Name))]);
    }

    private static void CheckClasses(string folder, (string Name, string[] Files)[] classes)
    {
        if (classes.Length == 0)
            throw new InvalidDataException($"The folder '{folder}' has no folders in it; put the images of each class into a folder named after the class.");
        string[] empty = [.. classes.Where(item => item.Files.Length == 0).Select(item => item.Name)];
        if (empty.Length > 0)
        {
            throw new InvalidDataException(
                $"In '{folder}' these class folders have no images ({ImageFiles.ExtensionList}): {string.Join(", ", empty)}; fill or remove them.");
        }
    }
}
