using ImageClassification.Commands;
using ImageClassification.Data;
using Microsoft.ML;

namespace ImageClassification.Demo;

/// <summary>What a linear classifier makes of the same pixels: the mark that a network has to beat.</summary>
internal static class LinearBaseline
{
    public static double Accuracy(MLContext mlContext, ILabeledImages training, ILabeledImages test, int imageSize)
    {
        var pipeline = mlContext.Transforms.ResizeImages("Resized", imageSize, imageSize, nameof(LabeledImage.Image))
            .Append(mlContext.Transforms.ExtractPixels("Features", "Resized", offsetImage: 127.5f, scaleImage: 1 / 127.5f))
            .AppendCacheCheckpoint(mlContext)
            .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        ITransformer model = pipeline.Fit(Scoring.WithKeys(mlContext, training, training.ClassNames));
        return mlContext.MulticlassClassification.Evaluate(model.Transform(Scoring.WithKeys(mlContext, test, training.ClassNames))).MicroAccuracy;
    }
}
