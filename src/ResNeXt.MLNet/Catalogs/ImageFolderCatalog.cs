using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet;

/// <summary>Adds image folders to <c>mlContext.Data</c>.</summary>
public static class ImageFolderCatalog
{
    /// <summary>Loads a folder that holds one folder of images per class.</summary>
    /// <remarks>
    /// Rows come class by class, in ordinal order of the names. Links are followed, hidden files and folders ignored, images in folders further
    /// down belong to the class above. Pictures of formats that are not read, such as .tif, are left out with one warning in the MLContext's log.
    /// To read the images, append <see cref="DecodingCatalog.DecodeImages"/>.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The folder.</param>
    /// <param name="unreadable">What to do about images that cannot be read. Looking at all takes some milliseconds an image.</param>
    /// <returns>A view with the text columns <c>ImagePath</c> and <c>Label</c>.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// It has no class folders, or one without images; it holds <c>train</c> and <c>test</c> instead; or images cannot be read, all of which are named.
    /// </exception>
    public static IDataView LoadFromImageFolder(this DataOperationsCatalog catalog, string path, UnreadableImageHandling unreadable = UnreadableImageHandling.Throw)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return catalog.LoadFromEnumerable(Check(catalog, unreadable).Of(ImageFolder.Open(path)).Single());
    }

    /// <summary>Loads a data set that is already divided: <c>train</c> beside <c>val</c> or <c>validation</c>, or <c>test</c>, or both, each with class folders.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The folder with those folders and no others.</param>
    /// <param name="unreadable">What to do about images that cannot be read, in all sets together.</param>
    /// <returns>The sets, each as by <see cref="LoadFromImageFolder"/>.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It is not divided so, a set has a class that the training set lacks, or as for <see cref="LoadFromImageFolder"/>.</exception>
    public static ImageDatasetSplits LoadSetsFromImageFolder(this DataOperationsCatalog catalog, string path, UnreadableImageHandling unreadable = UnreadableImageHandling.Throw)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"The image folder '{path}' does not exist; give a folder that holds 'train' and 'test' or 'val'.");
        SplitFolders sets = SplitFolders.Find(path) ?? throw new InvalidDataException($"The folder '{path}' is not divided into sets; it must hold the folder "
            + "'train', beside it 'val', 'validation' or 'test', each with a folder per class, and no other folder. For class folders use LoadFromImageFolder.");
        string?[] folders = [sets.Train, sets.Validation, sets.Test];
        ImageFolder[] opened = [.. folders.OfType<string>().Select(ImageFolder.Open)];
        CheckClasses(opened);
        var views = new Queue<IDataView>(Check(catalog, unreadable).Of(opened).Select(files => catalog.LoadFromEnumerable(files)));
        IDataView?[] found = [.. folders.Select(folder => folder is null ? null : views.Dequeue())];
        return new(found[0]!, found[1], found[2]);
    }

    /// <summary>Splits a view of image files, setting a part of every class aside: at least one image of each class that has two, and never all of one.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="images">A view with the text columns <c>ImagePath</c> and <c>Label</c>; other columns are left out, so split before adding any.</param>
    /// <param name="testFraction">The part to set aside; above 0 and below 1.</param>
    /// <param name="seed">The same seed draws the same images.</param>
    /// <returns>Two views with these columns, both in the order of <paramref name="images"/>; neither is empty.</returns>
    /// <exception cref="ArgumentException">The fraction is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no image, or no class has two, so that nothing can be set aside.</exception>
    public static (IDataView TrainSet, IDataView TestSet) StratifiedSplit(
        this DataOperationsCatalog catalog, IDataView images, double testFraction = 0.2, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(images);
        IEnumerable<string> paths = images.GetColumn<string>(nameof(LabeledImageFile.ImagePath)), labels = images.GetColumn<string>(nameof(LabeledImageFile.Label));
        LabeledImageFile[] files = [.. paths.Zip(labels, (path, label) => new LabeledImageFile(path, label))];
        (int[] training, int[] test) = Core.Images.StratifiedSplit.Of(
            files.Select(file => file.Label), testFraction, seed, StringComparer.Ordinal, nameof(testFraction));
        return (Some(training), Some(test));

        IDataView Some(int[] indices) => catalog.LoadFromEnumerable(indices.Select(index => files[index]).ToArray());
    }

    private static UnreadableImageFilter Check(DataOperationsCatalog catalog, UnreadableImageHandling unreadable) => new(MLServices.EnvironmentOf(catalog), unreadable);

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
