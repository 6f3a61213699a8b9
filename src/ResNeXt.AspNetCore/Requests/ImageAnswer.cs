using System.Text.Json.Serialization;
using ResNeXt.MLNet;

namespace ResNeXt.AspNetCore.Requests;

/// <summary>The answer for one image, in the same words as <c>resnext predict --json</c>.</summary>
/// <param name="Name">The name of the file in the form.</param>
/// <param name="Label">The most probable class; absent ("don't know") if its score is too low, or the distance too large.</param>
/// <param name="Score">The probability of the most probable class.</param>
/// <param name="Top">The most probable classes, highest score first.</param>
/// <param name="Distance">The distance from the images that the model was trained for; absent if the model was saved without this measure.</param>
/// <param name="IsOutOfDistribution">True if the distance is above the maximum; else absent.</param>
/// <param name="Explanation">Where the network looked; only if it was asked for, and the model can be explained.</param>
/// <param name="Error">Why the image cannot be read; then there is nothing else.</param>
internal sealed record ImageAnswer(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Label = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Score = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RankedClass>? Top = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Distance = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? IsOutOfDistribution = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImageAnswerExplanation? Explanation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null)
{
    /// <summary>The answer for a prediction.</summary>
    public static ImageAnswer Of(string? name, ImagePrediction prediction, int top, ImageAnswerExplanation? explanation = null) => new(
        name, prediction.Label, prediction.Score, prediction.GetTopK(top), prediction.Distance, prediction.IsOutOfDistribution ? true : null, explanation);
}
