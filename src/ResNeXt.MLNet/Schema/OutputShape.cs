using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Schema;

/// <summary>The columns that a trained classifier will add, known before the training.</summary>
internal static class OutputShape
{
    /// <summary>Checks the columns that a trainer needs, and adds those that its transformer makes.</summary>
    /// <param name="services">The context.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="input">The columns before the trainer.</param>
    /// <exception cref="InvalidOperationException">A column is missing or has the wrong type.</exception>
    public static SchemaShape Of(MLServices services, TrainerColumns columns, SchemaShape input)
    {
        SchemaShape.Column label = input.Find(columns.Label, ColumnNames.LabelOption);
        bool isScalar = label.Kind == SchemaShape.Column.VectorKind.Scalar;
        if (!label.IsKey || !isScalar)
            throw ColumnSearch.NotAKey(label.Name, isScalar ? $"{label.ItemType}" : $"{label.Kind} of {label.ItemType}");
        input.FindPixels(columns.Feature, ColumnNames.FeatureOption);
        return Steps(services, columns, label).GetOutputSchema(input);
    }

    // A SchemaShape.Column cannot be made outside ML.NET. These stock steps make columns of exactly the kinds that the transformer adds:
    // slot names are always text, key values are the label's, or text if the label has none.
    private static IEstimator<ITransformer> Steps(MLServices services, TrainerColumns columns, SchemaShape.Column label)
    {
        TransformsCatalog.ConversionTransforms conversion = services.Transforms.Conversion;
        string score = columns.Score, predicted = columns.PredictedLabel;
        var steps = conversion.ConvertType(score, label.Name, DataKind.String)
            .Append(conversion.MapValueToKey(score)).Append(conversion.MapKeyToVector(score));
        return label.Annotations.Any(annotation => annotation.Name == "KeyValues")
            ? steps.Append(conversion.MapValueToKey(predicted, label.Name))
            : steps.Append(conversion.ConvertType(predicted, label.Name, DataKind.String)).Append(conversion.MapValueToKey(predicted));
    }
}
