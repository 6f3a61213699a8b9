using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Formats runs as JSON.</summary>
internal static class ResultJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Names are read by people too; nothing here ends up in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Of(ImageExperimentMetric metric, IReadOnlyList<ImageExperimentRun> runs, ImageExperimentRun? best) =>
        JsonSerializer.Serialize(new { Metric = $"{metric}", Best = best?.TrainerName, Runs = runs.Select(Row) }, Options);

    private static object Row(ImageExperimentRun run) => new
    {
        Name = run.TrainerName,
        Seconds = run.RuntimeInSeconds,
        Accuracy = run.ValidationMetrics?.MicroAccuracy,
        run.ValidationMetrics?.MacroAccuracy,
        run.ValidationMetrics?.LogLoss,
        run.ValidationMetrics?.LogLossReduction,
        run.ValidationMetrics?.TopKAccuracy,
        run.Epochs,
        run.TrainerOptions?.Architecture,
        run.TrainerOptions?.LearningRate,
        run.TrainerOptions?.WeightDecay,
        run.TrainerOptions?.EffectiveRecipe.Augmentation,
        run.TrainerOptions?.ImageSize,
        Error = run.Exception?.Message,
    };
}
