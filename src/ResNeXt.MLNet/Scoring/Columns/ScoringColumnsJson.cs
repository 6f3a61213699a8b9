using System.Text.Json.Serialization;

namespace ResNeXt.MLNet.Scoring.Columns;

/// <summary>How columns are written as JSON in a model's metadata: part of saved models.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(ScoringColumns))]
internal sealed partial class ScoringColumnsJson : JsonSerializerContext;
