using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Scoring;

/// <summary>
/// Gives a model its feature column, which has the name that it had in the training, and holds what it held there: images or the bytes of their files.
/// </summary>
internal static class FeatureColumn
{
    private static readonly string[] Columns = [nameof(LabeledImage.Image), nameof(LabeledImage.Content)];

    /// <summary>Makes the step that adds the column to rows of <see cref="LabeledImage"/>; none is needed if they have it.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="images">The rows.</param>
    /// <exception cref="InvalidDataException">The model takes vectors of pixels.</exception>
    public static TransformerChain<ITransformer> Of(MLContext mlContext, ResNeXtTransformer model, IDataView images)
    {
        string name = model.FeatureColumnName;
        foreach (string column in Columns)
        {
            var step = name == column ? new TransformerChain<ITransformer>() : new(mlContext.Transforms.CopyColumns(name, column).Fit(images));
            if (Takes(model, step.GetOutputSchema(images.Schema)))
                return step;
        }
        throw new InvalidDataException(
            $"The model takes neither images nor the bytes of image files: its column '{name}' has pixels. Use it in the ML.NET pipeline that makes them.");
    }

    private static bool Takes(ResNeXtTransformer model, DataViewSchema columns)
    {
        try
        {
            model.GetOutputSchema(columns);
            return true;
        }
        // Different steps of ML.NET refuse a type in different ways.
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or InvalidOperationException)
        {
            return false;
        }
    }
}
