using System.Text.Json;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring.Columns;

/// <summary>
/// The columns that a classifier reads and writes. Part of saved models, as JSON in the metadata of the ONNX model, from which
/// <c>ResNeXtTransformer.Load</c> makes the transformer again: its members keep their names.
/// </summary>
/// <param name="Input">The feature column.</param>
/// <param name="Score">The name of the output column with one probability per class.</param>
/// <param name="PredictedLabel">The name of the output column with the most probable class.</param>
/// <param name="Labels">The values of the label's keys.</param>
internal sealed record ScoringColumns(FeatureInput Input, string Score, string PredictedLabel, LabelKeys Labels)
{
    // The metadata key. Part of saved models: never changed.
    private const string Note = "mlnet.columns";

    private static readonly JsonSerializerOptions Json = ScoringColumnsJson.Default.Options;

    /// <summary>Adds the columns to a model's metadata.</summary>
    /// <param name="model">The model.</param>
    public ClassifierModel AddTo(ClassifierModel model) =>
        model with { Notes = new Dictionary<string, string>(model.Notes) { [Note] = JsonSerializer.Serialize(this, Json) } };

    /// <summary>Reads the columns from a model's metadata.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidDataException">There are none, because the model was not saved by a transformer, or they do not fit it.</exception>
    public static ScoringColumns Of(ClassifierModel model) => Of(new ScoringModel(model.ClassNames, model.Shape, model.Notes));

    /// <inheritdoc cref="Of(ClassifierModel)"/>
    public static ScoringColumns Of(ScoringModel model)
    {
        try
        {
            if (model.Notes.TryGetValue(Note, out string? text) && JsonSerializer.Deserialize<ScoringColumns>(text, Json) is { } columns)
            {
                return columns.FindError(model) is { } error
                    ? throw new InvalidDataException($"The model's columns cannot be used: {error}.")
                    : columns;
            }
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The model's columns cannot be read: {exception.Message}", exception);
        }
        throw new InvalidDataException("The ONNX model does not name its columns; it was exported, not saved by ML.NET.");
    }

    // JSON may leave out any member.
    private string? FindError(ScoringModel model)
    {
        if (Input is null || Labels is null || Labels.Names is null)
            return "the feature column or the label's keys are missing";
        string[] names = [Input.ColumnName, Score, PredictedLabel];
        if (names.Any(string.IsNullOrWhiteSpace) || Score == PredictedLabel)
            return $"they are called '{string.Join("', '", names)}'";
        if (!Enum.IsDefined(Input.Layout) || Input.Shape != model.Shape)
            return $"they hold {Input.Layout} images of the shape {Input.Shape}; the network takes {model.Shape}";
        return Labels.Names.Count == model.ClassNames.Count ? Labels.FindError()
            : $"there are {Labels.Names.Count} keys for {model.ClassNames.Count} classes";
    }
}
