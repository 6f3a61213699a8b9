using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ResNeXt.Core;
using ResNeXt.Core.Files;

namespace ResNeXt.Tool.Output;

/// <summary>The option <c>--metrics</c>, which writes the figures of a command to a file as a JSON object.</summary>
internal static class MetricsFile
{
    public static Option<string?> Option { get; } = new("--metrics") { Description = "The JSON file to write the figures to.", HelpName = "FILE.json" };

    private static readonly JsonSerializerOptions Json = new(JsonOutput.Options) { WriteIndented = true };

    /// <summary>Throws if the file cannot be written. Call it before the work.</summary>
    public static void Check(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is { } path)
            OutputFile.Check(path);
    }

    /// <summary>Writes the file if the option is given.</summary>
    public static void Write(
        ParseResult parsed, Evaluation? evaluation, IReadOnlyList<string> classNames, IReadOnlyList<EpochReport>? epochs = null, params (string Name, double Value)[] more)
    {
        var metrics = new JsonObject { ["classes"] = Node(classNames) };
        if (evaluation is not null)
        {
            metrics["images"] = evaluation.Images;
            metrics["accuracy"] = evaluation.Accuracy;
            metrics["macroAccuracy"] = evaluation.MacroAccuracy;
            metrics["logLoss"] = evaluation.LogLoss;
            metrics["top5Accuracy"] = evaluation.Top5Accuracy;
            metrics["expectedCalibrationError"] = evaluation.Probabilities.ExpectedCalibrationError;
            metrics["brierScore"] = evaluation.Probabilities.BrierScore;
            metrics["seconds"] = evaluation.Seconds;
            metrics["imagesPerSecond"] = evaluation.ImagesPerSecond;
        }
        foreach ((string name, double value) in more)
            metrics[name] = value;
        if (epochs is not null)
            metrics["epochs"] = Node(epochs);
        Write(parsed, metrics);
    }

    /// <summary>Writes the file if the option is given.</summary>
    public static void Write(ParseResult parsed, JsonObject metrics)
    {
        if (parsed.GetValue(Option) is { } path)
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, metrics, Json));
    }

    /// <summary>Converts a value to JSON.</summary>
    public static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Json);
}
