using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Schema;

/// <summary>The columns that training will make, known before it.</summary>
internal static class OutputShape
{
    /// <summary>Checks the columns that a trainer needs and adds those that it makes.</summary>
    /// <exception cref="InvalidOperationException">A column is missing or has the wrong type.</exception>
    public static SchemaShape Of(MLServices services, ResNeXtTrainer.Options options, SchemaShape input)
    {
        SchemaShape.Column label = input.Find(options.LabelColumnName, nameof(options.LabelColumnName));
        if (!label.IsKey || label.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw ColumnSearch.NotAKey(label.Name, label.Kind == SchemaShape.Column.VectorKind.Scalar ? $"{label.ItemType}" : $"{label.Kind} of {label.ItemType}");
        input.FindPixels(options.FeatureColumnName, nameof(options.FeatureColumnName));
        return Steps(services, options, label).GetOutputSchema(input);
    }

    // A SchemaShape.Column cannot be made outside ML.NET; these stock steps make columns of exactly our outputs' kinds: slot names are always text,
    // key values those of the label, or text where it has none.
    private static IEstimator<ITransformer> Steps(MLServices services, ResNeXtTrainer.Options options, SchemaShape.Column label)
    {
        TransformsCatalog.ConversionTransforms conversion = services.Transforms.Conversion;
        string score = options.ScoreColumnName, predicted = options.PredictedLabelColumnName;
        var steps = conversion.ConvertType(score, label.Name, DataKind.String)
            .Append(conversion.MapValueToKey(score)).Append(conversion.MapKeyToVector(score));
        return label.Annotations.Any(annotation => annotation.Name == "KeyValues")
            ? steps.Append(conversion.MapValueToKey(predicted, label.Name))
            : steps.Append(conversion.ConvertType(predicted, label.Name, DataKind.String)).Append(conversion.MapValueToKey(predicted));
    }
}
