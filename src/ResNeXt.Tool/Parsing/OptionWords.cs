using System.CommandLine;
using System.Text.RegularExpressions;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Experiments;

namespace ResNeXt.Tool.Parsing;

/// <summary>
/// Replaces the library's names of options in messages with those of the command line, for example <c>MaxEpochs</c> with <c>--epochs</c>.
/// </summary>
internal static partial class OptionWords
{
    /// <summary>
    /// The names in the library, and the options of the command line. A name without an option of the current command is not replaced.
    /// </summary>
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
        [nameof(AugmentationPolicy.CropSize)] = "--train-crop-size",
        [nameof(ResNeXtTrainer.Options.CalibrateProbabilities)] = "--calibrate-probabilities",
        [nameof(ResNeXtTrainer.Options.TestTimeFlip)] = "--test-time-flip",
        [nameof(ResNeXtTrainer.Options.SynchronizeBatchNormalization)] = "--sync-batch-norm",
        [nameof(ResNeXtTrainer.Options.ExchangeGradientsInBFloat16)] = "--bfloat16-gradients",
        [nameof(ResNeXtTrainer.Options.GradientBucketInMegabytes)] = "--gradient-bucket",
        [nameof(PredictorOptions.MinimumScore)] = "--minimum-probability",
        [nameof(PredictorOptions.MaximumDistance)] = "--maximum-distance",
        [nameof(QuantizationOptions.MaximumAccuracyLoss)] = "--max-accuracy-loss",
        [nameof(QuantizationOptions.Method)] = "--method",
        [nameof(ImageExperimentOptions.MaxExperimentTimeInSeconds)] = "--time",
        [nameof(ImageExperimentOptions.ConfigurationsPerArchitecture)] = "--configurations",
        [nameof(ImageExperimentOptions.MinEpochs)] = "--epochs",
    };

    private static readonly (string Library, string CommandLine)[] Phrases =
    [
        ($"{nameof(TrainingRecipe)}.{nameof(TrainingRecipe.Standard)}", "--recipe standard"),
        ($"{nameof(PretrainedOptions)}.{nameof(PretrainedOptions.Download)}", "--download"),
        ("mlContext.Model.Save", "train"),
        ("make a Shard(index, count)", "give --shard I/N"),
        ("pass the count", "give --shards N"),
    ];

    /// <summary>Replaces the names in a message.</summary>
    /// <param name="message">The message of the library. Quoted text does not change.</param>
    /// <param name="command">The current command.</param>
    public static string Translate(string message, Command command)
    {
        var known = command.Options.Select(option => option.Name).ToHashSet(StringComparer.Ordinal);
        string translated = Name().Replace(message, match =>
            match.Groups["name"] is { Success: true } name && Options.TryGetValue(name.Value, out string? option) && known.Contains(option) ? option : match.Value);
        foreach ((string library, string commandLine) in Phrases)
            translated = translated.Replace(library, commandLine, StringComparison.Ordinal);
        return translated;
    }

    // Names that are also ordinary words, such as Device, are replaced only if "is" follows.
    [GeneratedRegex(@"(?<!\w)'[^']*'(?!\w)|\b(?:Options\.)?(?<name>[A-Z][a-z]+(?:[A-Z][A-Za-z]*|(?= is )))\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
