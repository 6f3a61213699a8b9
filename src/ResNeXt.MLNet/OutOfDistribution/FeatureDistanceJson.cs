using System.Text.Json.Serialization;

namespace ResNeXt.MLNet.OutOfDistribution;

/// <summary>How the distances are written as JSON in a model's metadata: part of saved models.</summary>
[JsonSerializable(typeof(FeatureDistanceNote))]
internal sealed partial class FeatureDistanceJson : JsonSerializerContext;
