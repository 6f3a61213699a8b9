using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using ResNeXt.MLNet;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Scoring;

/// <summary>The command <c>predict</c>, which prints one line per image.</summary>
internal static class PredictCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "A saved model.", HelpName = "MODEL.zip", Required = true };
    private static readonly Argument<string[]> Images = ImageArguments.Create();
    private static readonly Option<int> Top = new("--top") { Description = "Number of classes to list per image.", HelpName = "K", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object per image." };

    public static Command Create()
    {
        var command = new Command("predict", "Classifies images with a saved model.") { Model, Images, Top, DontKnow.MinimumProbability, DontKnow.MaximumDistance, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int top = parsed.GetValue(Top);
        if (top < 1)
            throw new ArgumentException($"--top is {top}; it must be at least 1.");
        using var interruption = new Interruption("Stopping after this image.");
        using var predictor = ResNeXtPredictor.Load(new MLContext(), parsed.GetRequiredValue(Model), DontKnow.Of(parsed));
        bool failed = false;
        int images = 0;
        foreach ((string path, string? error) in parsed.GetRequiredValue(Images).SelectMany(ImageArguments.Files))
        {
            if (interruption.Token.IsCancellationRequested)
                return Interrupted(images);
            PredictedImage prediction = error is null ? Predict(predictor, path, top) : new(path, Error: error);
            images++;
            failed |= prediction.Error is not null;
            if (parsed.GetValue(Json))
                Console.WriteLine(JsonSerializer.Serialize(prediction, JsonOutput.Options));
            else
                (prediction.Error is null ? Console.Out : Console.Error).WriteLine(prediction);
        }
        return failed ? ExitCode.Partly : ExitCode.Done;
    }

    private static int Interrupted(int images)
    {
        Console.Error.WriteLine($"Interrupted after {images} images; the others are not classified.");
        return images > 0 ? ExitCode.Partly : ExitCode.Interrupted;
    }

    private static PredictedImage Predict(ResNeXtPredictor predictor, string path, int top)
    {
        try
        {
            ImagePrediction prediction = predictor.Predict(path);
            return new PredictedImage(path, prediction.Label, prediction.Score, prediction.GetTopK(top), prediction.Distance)
            {
                IsOutOfDistribution = prediction.IsOutOfDistribution ? true : null,
                Prefix = DontKnow.Prefix(prediction),
            };
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            return new PredictedImage(path, Error: InvalidUtf8.Explain(exception.Message));
        }
    }

    private sealed record PredictedImage(
        string Path, string? Label = null, float? Score = null, IReadOnlyList<RankedClass>? Top = null, float? Distance = null, string? Error = null)
    {
        public bool? IsOutOfDistribution { get; init; }

        [JsonIgnore]
        public string Prefix { get; init; } = "";

        public override string ToString() => Terminal.Line(Error is not null
            ? $"{Path}: {Error}"
            : $"{Path}: {Prefix}{string.Join(", ", Top!.Select(Text))}");

        private static string Text(RankedClass item) => string.Create(CultureInfo.InvariantCulture, $"{item.Label} {item.Score:P1}");
    }
}
