using Microsoft.ML;
using Microsoft.ML.Transforms;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Comparison;

/// <summary>Classifiers that are no networks, straight on the pixels: the marks that a network has to beat.</summary>
internal static class PixelBaselines
{
    private const int ThumbnailSize = 16, KernelRank = 1000;

    // One over the squared distance that thumbnails with values from -1 to 1 typically have.
    private const float KernelGamma = 1 / 400f;

    // On thousands of pixels of a few images it would go on for minutes, to fit them more closely and to classify others no better.
    private const int LinearIterations = 200;

    private const string Resized = "Resized", Pixels = "Pixels", Features = "Features";

    /// <summary>A linear classifier (maximum entropy).</summary>
    public static IEstimator<ITransformer> Linear(MLContext mlContext, int imageSize) =>
        WithLinearTrainer(mlContext, ToPixels(mlContext, imageSize), Pixels, LinearIterations);

    /// <summary>A kernel machine: the same classifier on random Fourier features of thumbnails, which stand for a Gaussian kernel.</summary>
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
