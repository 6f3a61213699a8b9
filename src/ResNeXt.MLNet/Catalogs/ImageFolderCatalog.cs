using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet;

/// <summary>Extension methods of <c>mlContext.Data</c> that load image folders.</summary>
public static class ImageFolderCatalog
{
    /// <summary>Loads a folder that contains one folder of images per class.</summary>
    /// <remarks>
    /// Rows are in ordinal order of classes and paths. Links are followed, hidden files and folders are ignored, and images in folders below a class
    /// folder belong to that class. Pictures of formats that are not read, such as .tif, are left out, with one warning in the MLContext's log. Only
    /// paths are loaded; to decode the images, append <see cref="DecodingCatalog.DecodeImages"/>.
    /// </remarks>
    /// <param name="catalog">The data operations catalog.</param>
    /// <param name="path">The path of the folder.</param>
    /// <param name="unreadable">How to handle images that cannot be read. Checking takes some milliseconds per image.</param>
    /// <returns>A view with the text columns <c>ImagePath</c> and <c>Label</c>.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no class folders, or one without images; the folders are splits such as <c>train</c> and <c>test</c>; or images cannot be read, and
    /// all of them are named.
    /// </exception>
    public static IDataView LoadFromImageFolder(
        this DataOperationsCatalog catalog, string path, UnreadableImageHandling unreadable = UnreadableImageHandling.Throw)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return catalog.LoadFromEnumerable(NewFilter(catalog, unreadable).Filter(ImageFolder.Open(path)).Single());
    }

    /// <summary>
    /// Loads a dataset that is split already: a folder that contains <c>train</c>, and <c>val</c> or <c>validation</c>, or <c>test</c>, or both, each
    /// with class folders.
    /// </summary>
    /// <param name="catalog">The data operations catalog.</param>
    /// <param name="path">The path of the folder; it contains no other folders.</param>
    /// <param name="unreadable">How to handle images that cannot be read, in all sets together.</param>
    /// <returns>The sets, each like a result of <see cref="LoadFromImageFolder"/>.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no such folders, or others; a set has a class that the training set lacks; or as for <see cref="LoadFromImageFolder"/>.
    /// </exception>
    public static ImageDatasetSplits LoadSetsFromImageFolder(
        this DataOperationsCatalog catalog, string path, UnreadableImageHandling unreadable = UnreadableImageHandling.Throw)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"The image folder '{path}' does not exist; give a folder that holds 'train' and 'test' or 'val'.");
        SplitFolders splits = SplitFolders.Find(path) ?? throw new InvalidDataException(
            $"The folder '{path}' is not divided into sets; it must hold the folder 'train', beside it 'val', 'validation' or 'test', "
            + "each with a folder per class, and no other folder. For class folders use LoadFromImageFolder.");
        string?[] folders = [splits.Train, splits.Validation, splits.Test];
        ImageFolder[] opened = [.. folders.OfType<string>().Select(ImageFolder.Open)];
        CheckClasses(opened);
        var views = new Queue<IDataView>(NewFilter(catalog, unreadable).Filter(opened).Select(files => catalog.LoadFromEnumerable(files)));
        IDataView?[] found = [.. folders.Select(folder => folder is null ? null : views.Dequeue())];
        return new(found[0]!, found[1], found[2]);
    }

    /// <summary>
    /// Splits a view of image files so that both parts have the same share of each class: at least one image of each class with two or more is set
    /// aside, and never all images of a class.
    /// </summary>
    /// <param name="catalog">The data operations catalog.</param>
    /// <param name="images">
    /// A view with the text columns <c>ImagePath</c> and <c>Label</c>. Other columns are left out, so split before adding any.
    /// </param>
    /// <param name="testFraction">The part to set aside. Above 0 and below 1.</param>
    /// <param name="seed">The seed of the random choice; the same seed sets the same images aside.</param>
    /// <returns>Two views with these columns, in the order of <paramref name="images"/>; neither is empty.</returns>
    /// <exception cref="ArgumentException">The fraction is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no image, or no class has two, so that nothing can be set aside.</exception>
    public static (IDataView TrainSet, IDataView TestSet) StratifiedSplit(
        this DataOperationsCatalog catalog, IDataView images, double testFraction = 0.2, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(images);
        IEnumerable<string> paths = images.GetColumn<string>(nameof(LabeledImageFile.ImagePath));
        IEnumerable<string> labels = images.GetColumn<string>(nameof(LabeledImageFile.Label));
        LabeledImageFile[] files = [.. paths.Zip(labels, (path, label) => new LabeledImageFile(path, label))];
        (int[] training, int[] test) = Core.Images.StratifiedSplit.Of(
            files.Select(file => file.Label), testFraction, seed, StringComparer.Ordinal, nameof(testFraction));
        return (Some(training), Some(test));

        IDataView Some(int[] indices) => catalog.LoadFromEnumerable(indices.Select(index => files[index]).ToArray());
    }

    private static UnreadableImageFilter NewFilter(DataOperationsCatalog catalog, UnreadableImageHandling unreadable) =>
        new(MLServices.EnvironmentOf(catalog), unreadable);

    private static void CheckClasses(ImageFolder[] sets)
    {
        foreach (ImageFolder set in sets.Skip(1))
        {
            string[] unknown = [.. set.ClassNames.Except(sets[0].ClassNames)];
            if (unknown.Length > 0)
            {
                string advice = ClassNameForm.Explain(unknown[0], sets[0].ClassNames) ?? "add training images of them, or remove them";
                throw new InvalidDataException($"In '{set.FolderPath}' are classes that '{sets[0].FolderPath}' does not have: "
                    + $"{string.Join(", ", unknown.Take(10))}; {advice}.");
            }
        }
    }
}
