using System.Text.Json.Serialization;
using ResNeXt.Core.Images;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>How the progress and the identity of a run are written as JSON: part of checkpoints.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(Architecture))]
[JsonSerializable(typeof(PixelNormalization))]
[JsonSerializable(typeof(TrainingRecipe))]
[JsonSerializable(typeof(TrainingProgress))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
