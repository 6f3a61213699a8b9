using System.Text.Json;
using System.Text.Json.Serialization;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The columns that a classifier reads and writes; kept in the ONNX metadata, from which <c>ResNeXtTransformer.Load</c> builds it
/// again.</summary>
/// <param name="Input">The feature column.</param>
/// <param name="Score">The column with the probabilities.</param>
/// <param name="PredictedLabel">The column with the most probable class.</param>
/// <param name="Labels">The values of the label's keys.</param>
internal sealed record ScoringColumns(FeatureInput Input, string Score, string PredictedLabel, LabelKeys Labels)
{
    private const string Note = "mlnet.columns";

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Writes them to a model's notes.</summary>
    public ClassifierModel AddTo(ClassifierModel model) =>
        model with { Notes = new Dictionary<string, string>(model.Notes) { [Note] = JsonSerializer.Serialize(this, Json) } };

    /// <summary>Reads them from a model's notes.</summary>
    /// <exception cref="InvalidDataException">The model has none, because it was not written by a transformer, or they do not fit it.</exception>
    public static ScoringColumns Of(ClassifierModel model)
    {
        try
        {
            if (model.Notes.TryGetValue(Note, out string? text) && JsonSerializer.Deserialize<ScoringColumns>(text, Json) is { } columns)
            {
                return columns.FindMistake(model) is { } mistake
                    ? throw new InvalidDataException($"The model's columns cannot be used: {mistake}.")
                    : columns;
            }
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The model's columns cannot be read: {exception.Message}", exception);
        }
        throw new InvalidDataException("The ONNX model does not name its columns; it was exported, not saved by ML.NET.");
    }

    // A text that is JSON may leave anything out.
    private string? FindMistake(ClassifierModel model)
    {
        if (Input is null || Labels is null || Labels.Names is null)
            return "the feature column or the label's keys are missing";
        string[] names = [Input.ColumnName, Score, PredictedLabel];
        if (names.Any(string.IsNullOrWhiteSpace) || Score == PredictedLabel)
            return $"they are called '{string.Join("', '", names)}'";
        if (!Enum.IsDefined(Input.Layout) || Input.Shape != model.Shape)
            return $"they hold {Input.Layout} images of the shape {Input.Shape}; the network takes {model.Shape}";
        return Labels.Names.Count == model.ClassNames.Count ? Labels.FindMistake()
            : $"there are {Labels.Names.Count} keys for {model.ClassNames.Count} classes";
    }
}
