using ResNeXt.MLNet.Sharding;

namespace ResNeXt.Tool.BulkScoring;

/// <summary>What the command <c>score</c> is to do.</summary>
/// <param name="Model">The path of a saved model.</param>
/// <param name="Images">The path of the folder of images.</param>
/// <param name="Output">The path of the result; its extension decides the format.</param>
/// <param name="Shard">The part of the images.</param>
/// <param name="Top">The number of classes per row; null for the scores of all.</param>
internal sealed record BulkScoringOptions(string Model, string Images, string Output, Shard Shard, int? Top);
