using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Training;

/// <summary>Reads the validation set, whose columns and classes must be the training set's.</summary>
internal static class ValidationSetReader
{
    /// <summary>Reads the validation set.</summary>
    /// <param name="reader">The reader of the training's data views.</param>
    /// <param name="settings">The trainer's settings.</param>
    /// <param name="feature">How the training set's feature column delivers pixels.</param>
    /// <param name="labels">The training set's classes.</param>
    /// <returns>The images, which the caller disposes of; null if there is no validation set.</returns>
    /// <exception cref="InvalidOperationException">It does not match the training set, or has no labeled image.</exception>
    public static ImageStore? Read(TrainingData reader, TrainerSettings settings, FeatureInput feature, LabelKeys labels)
    {
        if (settings.ValidationSet is not { } data)
            return null;
        DataViewSchema.Column label = data.Schema.FindInValidationSet(settings.Columns.Label);
        DataViewSchema.Column pixels = data.Schema.FindInValidationSet(settings.Columns.Feature);
        CheckPixels(FeatureInput.Of(pixels, settings.Architecture, settings.ImageSize, settings.PixelLayout), feature);
        if (label.Type is not KeyDataViewType)
        {
            throw new InvalidOperationException($"The label column '{label.Name}' of the validation set has the type {label.Type}; "
                + "ResNeXt needs a key there too. Prepare both sets with the same transforms.");
        }
        ImageStore images = reader.Read(data, ClassOf(LabelKeys.Of(label), labels));
        if (images.Count > 0)
            return images;
        images.Dispose();
        throw new InvalidOperationException("The validation set has no labeled image. Leave ValidationSet out, or check its path and filters.");
    }

    private static void CheckPixels(FeatureInput validation, FeatureInput training)
    {
        if (training.IsImage ? validation.IsImage && validation.IsEncoded == training.IsEncoded : validation == training)
            return;
        throw new InvalidOperationException($"The column '{training.ColumnName}' of the validation set holds {validation.Content}, "
            + $"that of the training set {training.Content}. Prepare both with the same transforms.");
    }

    // The two sets may number the same classes differently, so classes are matched by name.
    private static Func<int, int> ClassOf(LabelKeys validation, LabelKeys training)
    {
        var classes = training.Names.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        return key => classes.TryGetValue(validation.Names[key], out int index) ? index
            : throw new InvalidOperationException($"The validation set has the class '{validation.Names[key]}', which the training set does not know "
                + $"({ColumnSearch.Some(training.Names)}). Remove its rows, or add training images of it.");
    }
}
