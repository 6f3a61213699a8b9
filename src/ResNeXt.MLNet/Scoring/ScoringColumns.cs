using System.Text.Json;
using System.Text.Json.Serialization;
using ResNeXt.Core.Onnx;
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
    /// <exception cref="InvalidDataException">The model has none: it was not written by a transformer.</exception>
    public static ScoringColumns Of(ClassifierModel model)
    {
        try
        {
            if (model.Notes.TryGetValue(Note, out string? text) && JsonSerializer.Deserialize<ScoringColumns>(text, Json) is { } columns)
                return columns;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The model's columns cannot be read: {exception.Message}", exception);
        }
        throw new InvalidDataException("The ONNX model does not name its columns; it was exported, not saved by ML.NET.");
    }
}
