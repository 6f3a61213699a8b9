using ImageClassification.Data;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace ImageClassification.Baselines;

/// <summary>Classifiers that are no networks, straight on the pixels: the marks that a network has to beat.</summary>
internal static class PixelBaselines
{
    private const int ThumbnailSize = 16, KernelRank = 1000;

    // One over the squared distance that thumbnails with values from -1 to 1 typically have.
    private const float KernelGamma = 1 / 400f;

    // On a few images it would go on for many thousands.
    private const int MaximumIterations = 200;

    private const string Resized = "Resized", Pixels = "Pixels", Features = "Features";

    /// <summary>A linear classifier (maximum entropy).</summary>
    public static IEstimator<ITransformer> Linear(MLContext mlContext, int imageSize) =>
        ToPixels(mlContext, imageSize).AppendCacheCheckpoint(mlContext).Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(featureColumnName: Pixels, maximumNumberOfIterations: MaximumIterations));

    /// <summary>A kernel machine: the same classifier on random Fourier features of thumbnails, which stand for a Gaussian kernel.</summary>
    public static IEstimator<ITransformer> Kernel(MLContext mlContext) =>
        ToPixels(mlContext, ThumbnailSize)
            .Append(mlContext.Transforms.ApproximatedKernelMap(Features, Pixels, KernelRank, generator: new GaussianKernel(KernelGamma)))
            .AppendCacheCheckpoint(mlContext)
            .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(featureColumnName: Features, maximumNumberOfIterations: MaximumIterations));

    private static IEstimator<ITransformer> ToPixels(MLContext mlContext, int imageSize) =>
        mlContext.Transforms.ResizeImages(Resized, imageSize, imageSize, nameof(LabeledImage.Image))
            .Append(mlContext.Transforms.ExtractPixels(Pixels, Resized, offsetImage: 127.5f, scaleImage: 1 / 127.5f));
}
