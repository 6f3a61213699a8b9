using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;

namespace ResNeXt.Tool.Scoring;

/// <summary>A saved classifier of any kind, with the names of its classes. It owns the model.</summary>
internal sealed record SavedClassifier(ITransformer Model, IReadOnlyList<string> ClassNames) : IDisposable
{
    /// <summary>The columns of a scored view.</summary>
    public const string Score = "Score", PredictedLabel = "PredictedLabel";

    /// <summary>Loads a classifier for images with the given columns.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, or the model does not classify images.</exception>
    public static SavedClassifier Load(MLContext mlContext, string path, DataViewSchema columns)
    {
        ITransformer model = mlContext.Model.LoadVerified(path, out _);
        try
        {
            return new(model, ClassNamesOf(model.GetOutputSchema(columns), path));
        }
        catch (ArgumentOutOfRangeException)
        {
            // The pipeline needs other columns, for example paths. The trained part of a ResNeXt can be loaded without the steps before it.
            (model as IDisposable)?.Dispose();
            return Of(ResNeXtTransformer.Load(mlContext, path));
        }
        catch
        {
            (model as IDisposable)?.Dispose();
            throw;
        }
    }

    public static SavedClassifier Of(ResNeXtTransformer model) => new(model, model.ClassNames);

    public void Dispose() => (Model as IDisposable)?.Dispose();

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
