using Microsoft.ML;
using ResNeXt.MLNet.LabelChecks;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet;

/// <summary>An extension method of <c>mlContext.Data</c> that looks for wrong labels in image folders.</summary>
public static class LabelCheckCatalog
{
    /// <summary>
    /// Looks for images with wrong labels, for copies of images and for images that are unlike all others, in a folder that contains one folder of
    /// images per class. No file is changed.
    /// </summary>
    /// <remarks>
    /// A network with frozen weights computes the features of each image. Linear models predict each image from features of other images, and
    /// confident learning (Northcutt et al., 2021) compares predictions and labels. The time grows with the number of images, and beyond some ten
    /// thousand with its square. It runs in ONNX Runtime and does not need libtorch.
    /// </remarks>
    /// <param name="catalog">The data operations catalog.</param>
    /// <param name="path">The path of the folder.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range.</exception>
    /// <exception cref="IOException">A folder or the weights do not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no class folders, or one without images; fewer than two classes have two images that can be read; or the weights are damaged.
    /// </exception>
    /// <exception cref="OperationCanceledException">The check was canceled.</exception>
    public static LabelCheckResult CheckLabels(this DataOperationsCatalog catalog, string path, LabelCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return LabelCheck.Run(MLServices.Of(catalog), path, options ?? new LabelCheckOptions());
    }
}
