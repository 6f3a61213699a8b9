using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Images;

namespace ResNeXt.Tool.Data;

/// <summary>The images in a folder with one folder per class. Each image is decoded when it is needed.</summary>
public sealed class FolderImages(ImageFolder folder) : ILabeledImages
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => folder.ClassNames;

    /// <inheritdoc/>
    public int Count => folder.Files.Count;

    /// <inheritdoc/>
    public ImageDataViewType ImageType { get; } = new();

    /// <inheritdoc cref="ImageFolder.Open"/>
    public static FolderImages Open(string folder)
    {
        ImageFolder opened = ImageFolder.Open(folder);
        if (opened.Warning is { } warning)
            Console.Error.WriteLine(warning);
        return new(opened);
    }

    /// <inheritdoc/>
    public IEnumerable<LabeledImage> Rows()
    {
        foreach (LabeledImageFile file in folder.Files)
        {
            using var row = new LabeledImage(() => ImageDecoder.Decode(file.ImagePath), file.Label, file.ImagePath);
            yield return row;
        }
    }
}
