using Microsoft.ML;
using Microsoft.ML.Transforms;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Comparison;

/// <summary>Classifiers that work directly on pixels: the baselines that a network has to beat.</summary>
internal static class PixelBaselines
{
    private const int ThumbnailSize = 16, KernelRank = 1000;

    // The inverse of the typical squared distance between two thumbnails with values from -1 to 1.
    private const float KernelGamma = 1 / 400f;

    // With many pixels and few images, more iterations take minutes and fit the training images more closely, but classify others no better.
    private const int LinearIterations = 200;

    private const string Resized = "Resized", Pixels = "Pixels", Features = "Features";

    /// <summary>Creates a linear classifier (maximum entropy).</summary>
    public static IEstimator<ITransformer> Linear(MLContext mlContext, int imageSize) =>
        WithLinearTrainer(mlContext, ToPixels(mlContext, imageSize), Pixels, LinearIterations);

    /// <summary>
    /// Creates a kernel machine: the same classifier on random Fourier features of thumbnails, which approximate a Gaussian kernel.
    /// </summary>
    public static IEstimator<ITransformer> Kernel(MLContext mlContext) =>
        WithLinearTrainer(
            mlContext,
            ToPixels(mlContext, ThumbnailSize).Append(mlContext.Transforms.ApproximatedKernelMap(Features, Pixels, KernelRank, generator: new GaussianKernel(KernelGamma))),
            Features, maximumIterations: null);

    private static IEstimator<ITransformer> WithLinearTrainer(MLContext mlContext, IEstimator<ITransformer> features, string column, int? maximumIterations) =>
        features.AppendCacheCheckpoint(mlContext)
            .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(featureColumnName: column, maximumNumberOfIterations: maximumIterations));

    private static IEstimator<ITransformer> ToPixels(MLContext mlContext, int imageSize) =>
        mlContext.Transforms.ResizeImages(Resized, imageSize, imageSize, nameof(LabeledImage.Image))
            .Append(mlContext.Transforms.ExtractPixels(Pixels, Resized, offsetImage: 127.5f, scaleImage: 1 / 127.5f));
}
