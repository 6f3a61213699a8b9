using System.Globalization;
using ResNeXt.Core;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Reports;

/// <summary>Lists the settings of a training, those that were not given included.</summary>
internal static class TrainingSettings
{
    private const string None = "none";

    public static IEnumerable<KeyValuePair<string, string>> Of(
        ResNeXtTrainer.Options options, Architecture network, ILabeledImages training, ILabeledImages? validation)
    {
        yield return Setting("Training images", training.Count);
        yield return Setting("Validation images", validation?.Count ?? 0);
        yield return Setting("Classes", training.ClassNames.Count);
        yield return Setting("Architecture", network.Name);
        yield return Setting("Image size", options.ImageSize is { } size ? $"{size}" : "default of the architecture");
        // A file's name, without its folders.
        yield return Setting("Initial weights", CommandText.WithoutFolders(options.InitialWeights ?? "random"));
        yield return Setting("Epochs", options.MaxEpochs);
        yield return Setting("Batch size", options.BatchSize);
        yield return Setting("Learning rate", options.LearningRate);
        yield return Setting("Weight decay", options.WeightDecay);
        if (options.Recipe is { } recipe)
        {
            if (recipe.Augmentation.CropSize is { } crop)
                yield return Setting("Crop size", crop);
            yield return Setting("Optimizer", recipe.Optimizer);
            yield return Setting("Learning rate schedule", recipe.Schedule.Kind);
            yield return Setting("Label smoothing", recipe.LabelSmoothing);
            yield return Setting("Gradient accumulation steps", recipe.GradientAccumulationSteps);
            yield return Setting("Largest gradient norm", Optional(recipe.MaxGradientNorm));
            yield return Setting("Decay of the averaged weights", Optional(recipe.EmaDecay));
        }
        yield return Setting("Seed", options.Seed ?? 0);
        yield return Setting("Precision", options.Precision);
        yield return Setting("Device", options.Device ?? "cpu");
        yield return Setting("Threads", options.Threads is { } threads ? $"{threads}" : "default");
        yield return Setting("Calibrated probabilities", options.CalibrateProbabilities ? "yes" : "no");
        yield return Setting("Mirror images when scoring", options.TestTimeFlip ? "yes" : "no");
    }

    private static string Optional(float? value) => value?.ToString(CultureInfo.InvariantCulture) ?? None;

    private static KeyValuePair<string, string> Setting<T>(string name, T value) where T : notnull =>
        KeyValuePair.Create(name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? None);
}
