using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ResNeXt.Core.Images.Augmentation;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Formats runs as JSON.</summary>
internal static partial class ResultJson
{
    private static readonly JsonSerializerOptions Readable = new(Generated.Default.Options)
    {
        WriteIndented = true,
        // Names are read by people too; nothing here ends up in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The runs, best first, as one JSON object.</summary>
    public static string Of(ImageExperimentMetric metric, IReadOnlyList<ImageExperimentRun> runs, ImageExperimentRun? best) =>
        JsonSerializer.Serialize(new Ranking($"{metric}", best?.TrainerName, [.. runs.Select(Row.Of)]), Readable);

    internal sealed record Ranking(string Metric, string? Best, IReadOnlyList<Row> Runs);

    internal sealed record Row(
        string Name, double Seconds, double? Accuracy, double? MacroAccuracy, double? LogLoss, double? LogLossReduction, double? TopKAccuracy, int? Epochs,
        string? Architecture, float? LearningRate, float? WeightDecay, AugmentationPolicy? Augmentation, int? ImageSize, string? Error)
    {
        public static Row Of(ImageExperimentRun run) => new(
            run.TrainerName, run.RuntimeInSeconds, run.ValidationMetrics?.MicroAccuracy, run.ValidationMetrics?.MacroAccuracy, run.ValidationMetrics?.LogLoss,
            run.ValidationMetrics?.LogLossReduction, run.ValidationMetrics?.TopKAccuracy, run.Epochs, run.TrainerOptions?.Architecture,
            run.TrainerOptions?.LearningRate, run.TrainerOptions?.WeightDecay, run.TrainerOptions?.EffectiveRecipe.Augmentation,
            run.TrainerOptions?.ImageSize, run.Exception?.Message);
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Ranking))]
    private sealed partial class Generated : JsonSerializerContext;
}
