using ResNeXt.MLNet;

namespace ResNeXt.Tool.BulkScoring.Formats;

/// <summary>A row of the result: the prediction for an image file, or the reason why there is none.</summary>
/// <param name="Path">The path of the file relative to the folder of images, with forward slashes.</param>
/// <param name="Label">The most probable class.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Top">The most probable classes; null if all scores are written.</param>
/// <param name="Scores">The probabilities of all classes in the order of the model; null unless they are written.</param>
/// <param name="Error">Why the file cannot be read; null if it was scored.</param>
internal sealed record ScoredImage(
    string Path, string? Label = null, float? Score = null, IReadOnlyList<RankedClass>? Top = null, OrderedDictionary<string, float>? Scores = null,
    string? Error = null);
