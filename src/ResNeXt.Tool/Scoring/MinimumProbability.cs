using System.CommandLine;
using ResNeXt.MLNet;

namespace ResNeXt.Tool.Scoring;

/// <summary>The option <c>--minimum-probability</c>: below it, the answer is "don't know".</summary>
internal static class MinimumProbability
{
    /// <summary>The answer for an image whose most probable class is not probable enough.</summary>
    public const string DontKnow = "don't know";

    public static Option<float> Option { get; } = new("--minimum-probability")
    {
        Description = $"Probability, from 0 to 1, below which the answer is \"{DontKnow}\"; default 0.",
        HelpName = "P",
    };

    /// <summary>Loads a predictor with the given probability.</summary>
    public static PredictorOptions Of(ParseResult parsed) => new() { MinimumScore = parsed.GetValue(Option) };
}
