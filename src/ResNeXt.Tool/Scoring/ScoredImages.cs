using Microsoft.ML;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Scoring;

/// <summary>Labeled images that a classifier scored.</summary>
/// <param name="Rows">
/// The rows, cached: <c>Label</c>, <c>Score</c>, <c>PredictedLabel</c>, and <c>Name</c> if the model keeps it. The classifier has to live as long.
/// </param>
/// <param name="Evaluation">The metrics.</param>
internal sealed record ScoredImages(IDataView Rows, Evaluation Evaluation);
