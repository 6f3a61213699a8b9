using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;

namespace ImageClassification.Commands;

/// <summary><c>predict</c>: one line per image.</summary>
internal static class PredictCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "A saved model.", HelpName = "MODEL.zip", Required = true };
    private static readonly Argument<string[]> Images = new("IMAGE") { Description = "Image files.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<int> Top = new("--top") { Description = "How many classes to list per image.", HelpName = "K", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object per image." };

    public static Command Create()
    {
        var command = new Command("predict", "Classifies images with a saved model.") { Model, Images, Top, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int top = parsed.GetValue(Top);
        if (top < 1)
            throw new ArgumentException($"--top is {top}; it must be at least 1.");
        var mlContext = new MLContext();
        using ResNeXtTransformer model = ResNeXtTransformer.Load(mlContext, parsed.GetRequiredValue(Model));
        using PredictionEngine<Input, Output> engine = mlContext.Model.CreatePredictionEngine<Input, Output>(model);
        bool failed = false;
        foreach (string path in parsed.GetRequiredValue(Images))
        {
            PredictedImage prediction = Predict(engine, model.ClassNames, path, top);
            failed |= prediction.Error is not null;
            if (parsed.GetValue(Json))
                Console.WriteLine(JsonSerializer.Serialize(prediction, JsonOutput.Options));
            else
                (prediction.Error is null ? Console.Out : Console.Error).WriteLine(prediction);
        }
        return failed ? CommandRun.Partly : CommandRun.Done;
    }

    private static PredictedImage Predict(PredictionEngine<Input, Output> engine, IReadOnlyList<string> classNames, string path, int top)
    {
        try
        {
            using MLImage image = ImageDecoder.Decode(path);
            float[] scores = engine.Predict(new Input { Image = image }).Score;
            RankedClass[] ranked = [.. scores.Index().OrderByDescending(item => item.Item).Take(top).Select(item => new RankedClass(classNames[item.Index], item.Item))];
            return new PredictedImage(path, ranked[0].Label, ranked[0].Score, ranked);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new PredictedImage(path, Error: exception.Message);
        }
    }

    private sealed class Input
    {
        [AnyImageType]
        public required MLImage Image { get; init; }
    }

    private sealed class Output
    {
        public float[] Score { get; set; } = [];
    }

    private sealed record RankedClass(string Label, float Score);

    private sealed record PredictedImage(string Path, string? Label = null, float? Score = null, IReadOnlyList<RankedClass>? Top = null, string? Error = null)
    {
        public override string ToString() => Error is not null
            ? $"{Path}: {Error}"
            : $"{Path}: {string.Join(", ", Top!.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Label} {item.Score:P1}")))}";
    }
}
