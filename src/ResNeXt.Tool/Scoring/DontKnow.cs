using System.CommandLine;
using ResNeXt.MLNet;

namespace ResNeXt.Tool.Scoring;

/// <summary>The options that say when the answer for an image is "don't know".</summary>
internal static class DontKnow
{
    /// <summary>The answer for an image whose most probable class is not probable enough, or that is unlike the images of the training.</summary>
    public const string Text = "don't know";

    /// <summary>The option <c>--minimum-probability</c>.</summary>
    public static Option<float> MinimumProbability { get; } = new("--minimum-probability")
    {
        Description = $"Probability, from 0 to 1, below which the answer is \"{Text}\"; default 0.",
        HelpName = "P",
    };

    /// <summary>The option <c>--maximum-distance</c>.</summary>
    public static Option<float> MaximumDistance { get; } = new("--maximum-distance")
    {
        Description = $"Distance from the training images above which the answer is \"{Text}\"; default 1, which hardly any image of the classes exceeds.",
        HelpName = "D",
        DefaultValueFactory = _ => new PredictorOptions().MaximumDistance,
    };

    /// <summary>Gets the options of a predictor.</summary>
    public static PredictorOptions Of(ParseResult parsed) =>
        new() { MinimumScore = parsed.GetValue(MinimumProbability), MaximumDistance = parsed.GetValue(MaximumDistance) };

    /// <summary>The beginning of a line for an image; empty if the prediction has a label.</summary>
    public static string Prefix(ImagePrediction prediction) => prediction.Label is not null ? ""
        : prediction.IsOutOfDistribution ? $"{Text}, unlike the images of the training; "
        : $"{Text}; ";
}
