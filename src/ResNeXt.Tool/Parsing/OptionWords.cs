using System.CommandLine;
using System.Text.RegularExpressions;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Experiments;

namespace ResNeXt.Tool.Parsing;

/// <summary>Says in the words of the command line what the library says of its options: <c>--epochs</c> for <c>MaxEpochs</c>.</summary>
internal static partial class OptionWords
{
    /// <summary>The library's names, and the options that set them. A name that the running command has no option for stays as it is.</summary>
    internal static IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(ResNeXtTrainer.Options.MaxEpochs)] = "--epochs",
        [nameof(ResNeXtTrainer.Options.BatchSize)] = "--batch-size",
        [nameof(ResNeXtTrainer.Options.LearningRate)] = "--learning-rate",
        [nameof(ResNeXtTrainer.Options.Workers)] = "--workers",
        [nameof(ResNeXtTrainer.Options.Threads)] = "--threads",
        [nameof(ResNeXtTrainer.Options.Precision)] = "--precision",
        [nameof(ResNeXtTrainer.Options.Device)] = "--device",
        [nameof(ResNeXtTrainer.Options.Seed)] = "--seed",
        [nameof(ResNeXtTrainer.Options.ImageSize)] = "--image-size",
        [nameof(ResNeXtTrainer.Options.InitialWeights)] = "--weights",
        [nameof(ResNeXtTrainer.Options.ValidationSet)] = "--validation",
        [nameof(ResNeXtTrainer.Options.ValidationFraction)] = "--validation-fraction",
        [nameof(ResNeXtTrainer.Options.CheckpointDirectory)] = "--checkpoint",
        [nameof(ResNeXtTrainer.Options.CheckpointMinutes)] = "--checkpoint-minutes",
        [nameof(ResNeXtTrainer.Options.Resume)] = "--resume",
        [nameof(ResNeXtTrainer.Options.PixelMean)] = "--mean",
        [nameof(ResNeXtTrainer.Options.PixelStd)] = "--std",
        [nameof(TrainingRecipe.MaxGradientNorm)] = "--max-gradient-norm",
        [nameof(QuantizationOptions.MaximumAccuracyLoss)] = "--max-accuracy-loss",
        [nameof(QuantizationOptions.Method)] = "--method",
        [nameof(ImageExperimentOptions.MaxExperimentTimeInSeconds)] = "--time",
        [nameof(ImageExperimentOptions.ConfigurationsPerArchitecture)] = "--configurations",
        [nameof(ImageExperimentOptions.MinEpochs)] = "--epochs",
    };

    private static readonly (string Library, string CommandLine)[] Phrases =
    [
        ($"{nameof(TrainingRecipe)}.{nameof(TrainingRecipe.Standard)}", "--recipe standard"),
        ("mlContext.Model.Save", "train"),
    ];

    /// <summary>Translates a message.</summary>
    /// <param name="message">What the library says; what it quotes stays as it is.</param>
    /// <param name="command">The command that runs.</param>
    public static string Translate(string message, Command command)
    {
        var known = command.Options.Select(option => option.Name).ToHashSet(StringComparer.Ordinal);
        string translated = Name().Replace(message, match =>
            match.Groups["name"] is { Success: true } name && Options.TryGetValue(name.Value, out string? option) && known.Contains(option) ? option : match.Value);
        foreach ((string library, string commandLine) in Phrases)
            translated = translated.Replace(library, commandLine, StringComparison.Ordinal);
        return translated;
    }

    // Words of a sentence that are names too, such as Device, are meant as names where "is" follows.
    [GeneratedRegex(@"(?<!\w)'[^']*'(?!\w)|\b(?:Options\.)?(?<name>[A-Z][a-z]+(?:[A-Z][A-Za-z]*|(?= is )))\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
