using System.Text.Json.Serialization;
using ResNeXt.MLNet;

namespace ResNeXt.AspNetCore.Requests;

/// <summary>The answer for one image, in the same words as <c>resnext predict --json</c>.</summary>
/// <param name="Name">The name of the file in the form.</param>
/// <param name="Label">The most probable class; absent if its score is below the minimum ("don't know").</param>
/// <param name="Score">The probability of the most probable class.</param>
/// <param name="Top">The most probable classes, highest score first.</param>
/// <param name="Explanation">Where the network looked; only if it was asked for, and the model can be explained.</param>
/// <param name="Error">Why the image cannot be read; then there is nothing else.</param>
internal sealed record ImageAnswer(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Label = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Score = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RankedClass>? Top = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImageAnswerExplanation? Explanation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);
