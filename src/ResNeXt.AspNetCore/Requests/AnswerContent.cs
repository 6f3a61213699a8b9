namespace ResNeXt.AspNetCore.Requests;

/// <summary>What the answers of a request contain.</summary>
/// <param name="Top">The number of classes.</param>
/// <param name="HasExplanation">Whether they say where the network looked.</param>
internal readonly record struct AnswerContent(int Top, bool HasExplanation);
