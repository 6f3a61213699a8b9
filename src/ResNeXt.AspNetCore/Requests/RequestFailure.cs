namespace ResNeXt.AspNetCore.Requests;

/// <summary>Why a request as a whole is not answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">A sentence: what was given, what is allowed, what to do.</param>
/// <param name="RetryAfter">When to try again; null if the same request would fail again.</param>
internal sealed record RequestFailure(int Status, string Detail, TimeSpan? RetryAfter = null);
