using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet;

namespace ImageClassification.Data;

/// <summary>Images sorted into a folder per class. Links are followed; hidden files and files that are no images are ignored.</summary>
public sealed class ImageFolder : ILabeledImages
{
    private readonly List<(string Path, string Label)> _files = [];
    private readonly List<string> _classNames = [];

    private ImageFolder()
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _classNames;

    /// <inheritdoc/>
    public int Count => _files.Count;

    /// <inheritdoc/>
    public ImageDataViewType ImageType { get; } = new();

    /// <summary>The images with their classes: classes, and within a class paths, in ordinal order.</summary>
    public IReadOnlyList<(string Path, string Label)> Files => _files;

    /// <summary>Lists the images of a folder without opening them.</summary>
    /// <param name="folder">The folder with a folder per class; images in folders further down belong to that class too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no class folders, or one without images.</exception>
    public static ImageFolder Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The image folder '{folder}' does not exist; give a folder that holds one folder of images per class.");

        var images = new ImageFolder();
        var empty = new List<string>();
        foreach (string classFolder in ImageFiles.Folders(folder))
        {
            string name = Path.GetFileName(classFolder);
            string[] files = ImageFiles.Below(classFolder);
            if (files.Length == 0)
                empty.Add(name);
            images._classNames.Add(name);
            images._files.AddRange(files.Select(file => (file, name)));
        }

        if (images._classNames.Count == 0)
            throw new InvalidDataException($"The folder '{folder}' has no folders in it; put the images of each class into a folder named after the class.");
        if (empty.Count > 0)
        {
            throw new InvalidDataException(
                $"In '{folder}' these class folders have no images ({ImageFiles.ExtensionList}): {string.Join(", ", empty)}; fill or remove them.");
        }
        return images;
    }

    /// <summary>As <see cref="Open"/>, for training, which takes two classes or more.</summary>
    /// <inheritdoc cref="Open"/>
    public static ImageFolder OpenForTraining(string folder)
    {
        ImageFolder images = Open(folder);
        if (images.ClassNames.Count < 2)
            throw new InvalidDataException($"The folder '{folder}' has the single class '{images.ClassNames[0]}'; training takes two class folders or more.");
        return images;
    }

    /// <inheritdoc/>
    public IEnumerable<LabeledImage> Rows()
    {
        foreach ((string path, string label) in _files)
        {
            using var row = new LabeledImage(() => ImageDecoder.Decode(path), label, path);
            yield return row;
        }
    }
}
