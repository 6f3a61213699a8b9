namespace ResNeXt.AspNetCore.Requests;

/// <summary>What became of a request.</summary>
/// <param name="IsForm">Whether it is a form, which may have several images.</param>
/// <param name="Images">An answer per image, in the order of the request.</param>
/// <param name="Failure">Why the request as a whole is not answered; else null.</param>
internal sealed record PredictionOutcome(bool IsForm, IReadOnlyList<ImageAnswer> Images, RequestFailure? Failure = null);
