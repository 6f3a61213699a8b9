using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet.Training;

/// <summary>Reads the validation set, whose columns and classes must be the training set's.</summary>
internal static class ValidationReader
{
    /// <summary>Reads it; null where there is none.</summary>
    public static ImageStore? Read(
        SetReader reader, ResNeXtTrainer.Options options, Architecture architecture, FeatureInput feature, LabelKeys labels)
    {
        if (options.ValidationSet is not { } data)
            return null;
        DataViewSchema.Column label = data.Schema.FindInValidationSet(options.LabelColumnName);
        DataViewSchema.Column pixels = data.Schema.FindInValidationSet(options.FeatureColumnName);
        CheckPixels(FeatureInput.Of(pixels, architecture, options.ImageSize, options.PixelLayout), feature);
        if (label.Type is not KeyDataViewType)
        {
            throw new InvalidOperationException($"The label column '{label.Name}' of the validation set has the type {label.Type}; "
                + "ResNeXt needs a key there too. Prepare both sets with the same transforms.");
        }
        ImageStore images = reader.Read(data, ClassOf(LabelKeys.Of(label), labels));
        if (images.Count > 0)
            return images;
        images.Dispose();
        throw new InvalidOperationException("The validation set has no labelled image. Leave ValidationSet out, or check its path and filters.");
    }

    private static void CheckPixels(FeatureInput ofSet, FeatureInput ofTraining)
    {
        if (ofTraining.IsImage ? ofSet.IsImage && ofSet.IsEncoded == ofTraining.IsEncoded : ofSet == ofTraining)
            return;
        throw new InvalidOperationException($"The column '{ofTraining.ColumnName}' of the validation set holds {ofSet.Content}, "
            + $"that of the training set {ofTraining.Content}. Prepare both with the same transforms.");
    }

    // The two sets may number the same classes differently: the names decide.
    private static Func<int, int> ClassOf(LabelKeys keys, LabelKeys ofTraining)
    {
        var classes = ofTraining.Names.Select((name, index) => (name, index)).ToDictionary(item => item.name, item => item.index, StringComparer.Ordinal);
        return key => classes.TryGetValue(keys.Names[key], out int index) ? index
            : throw new InvalidOperationException($"The validation set has the class '{keys.Names[key]}', which the training set does not know "
                + $"({ColumnSearch.Some(ofTraining.Names)}). Remove its rows, or add training images of it.");
    }
}
