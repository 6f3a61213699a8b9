using ResNeXt.AspNetCore.Requests;

namespace ResNeXt.AspNetCore.Endpoints;

/// <summary>The answer to a form.</summary>
/// <param name="Predictions">An answer per image, in the order of the form; those that cannot be read have an error.</param>
internal sealed record PredictionList(IReadOnlyList<ImageAnswer> Predictions);
