using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx;
using ResNeXt.MLNet;

namespace ResNeXt.Tool.Scoring;

/// <summary>A saved classifier of any kind, with the names of its classes. It owns the model.</summary>
internal sealed record SavedClassifier(ITransformer Model, IReadOnlyList<string> ClassNames) : IDisposable
{
    /// <summary>The columns of a scored view.</summary>
    public const string Score = "Score", PredictedLabel = "PredictedLabel";

    /// <summary>Loads a classifier for images like the given ones.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or the model does not classify images.</exception>
    public static SavedClassifier Load(MLContext mlContext, string path, IDataView images)
    {
        DataViewSchema columns = images.Schema;
        (bool hasResNeXt, bool hasSchema) = ModelZip.Describe(path);
        // Without the columns of its input, nothing says whether the pipeline takes these; the ResNeXt in it does.
        if (hasResNeXt && !hasSchema)
            return TrainedPart(mlContext, path, images);
        ITransformer model = mlContext.Model.LoadVerified(path, out DataViewSchema? saved);
        try
        {
            // The pipeline may need other columns, for example paths. The trained part of a ResNeXt can be loaded without the steps before it.
            if (!hasResNeXt || saved is null || Takes(model, saved, columns))
                return new(model, ClassNamesOf(model.GetOutputSchema(columns), path));
        }
        catch
        {
            (model as IDisposable)?.Dispose();
            throw;
        }
        (model as IDisposable)?.Dispose();
        return TrainedPart(mlContext, path, images);
    }

    public static SavedClassifier Of(ResNeXtTransformer model) => new(model, model.ClassNames);

    public void Dispose() => (Model as IDisposable)?.Dispose();

    private static SavedClassifier TrainedPart(MLContext mlContext, string path, IDataView images)
    {
        ResNeXtTransformer trained = ResNeXtTransformer.Load(mlContext, path);
        try
        {
            return new(FeatureColumn.Of(mlContext, trained, images).Append(trained), trained.ClassNames);
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    // Whether what the scores are computed from is among the columns.
    private static bool Takes(ITransformer model, DataViewSchema saved, DataViewSchema columns)
    {
        IRowToRowMapper mapper;
        try
        {
            mapper = model.GetRowToRowMapper(saved);
        }
        catch (ArgumentOutOfRangeException)
        {
            // ML.NET leaves image columns out of the schema that it saves, so nothing says what the pipeline takes.
            return false;
        }
        return mapper.GetDependencies(mapper.OutputSchema.Where(column => column.Name is Score or PredictedLabel))
            .All(needed => columns.GetColumnOrNull(needed.Name) is { } given && given.Type.Equals(needed.Type));
    }

    private static string[] ClassNamesOf(DataViewSchema schema, string path)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (schema.GetColumnOrNull(Score) is { } score && score.HasSlotNames())
            score.GetSlotNames(ref names);
        else if (schema.GetColumnOrNull(PredictedLabel) is { } label && label.HasKeyValues())
            label.GetKeyValues(ref names);
        return names.Length > 0 ? [.. names.DenseValues().Select(name => name.ToString())]
            : throw new InvalidDataException($"The model '{path}' does not say which classes it tells apart; give one whose '{Score}' or '{PredictedLabel}' has their names.");
    }
}
