using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Folders;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Scoring;

/// <summary>The command <c>predict</c>, which prints one line per image.</summary>
internal static class PredictCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "A saved model.", HelpName = "MODEL.zip", Required = true };
    private static readonly Argument<string[]> Images =
        new("IMAGE") { Description = "Image files, or folders, whose subfolders are searched too.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<int> Top = new("--top") { Description = "Number of classes to list per image.", HelpName = "K", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object per image." };

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
        using var interruption = new Interruption("Stopping after this image.");
        using var predictor = ResNeXtPredictor.Load(new MLContext(), parsed.GetRequiredValue(Model));
        bool failed = false;
        int images = 0;
        foreach (PredictedImage file in parsed.GetRequiredValue(Images).SelectMany(Files))
        {
            if (interruption.Token.IsCancellationRequested)
                return Interrupted(images);
            PredictedImage prediction = file.Error is null ? Predict(predictor, file.Path, top) : file;
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

    // Gets the file itself, or the images in a folder, in the ordinal order of their paths.
    private static IEnumerable<PredictedImage> Files(string path)
    {
        if (path.Length == 0)
            return [new(path, Error: "The name of the image is empty.")];
        if (!Directory.Exists(path))
            return [new(path)];
        (IReadOnlyList<string> images, string? warning) = ImageFolder.FindImages(path);
        if (warning is not null)
            Console.Error.WriteLine(warning);
        return images.Count > 0 ? images.Select(image => new PredictedImage(image)) : [new(path, Error: $"The folder '{path}' has no images in it.")];
    }

    private static PredictedImage Predict(ResNeXtPredictor predictor, string path, int top)
    {
        try
        {
            ImagePrediction prediction = predictor.Predict(path);
            return new PredictedImage(path, prediction.Label, prediction.Score, prediction.GetTopK(top));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            return new PredictedImage(path, Error: InvalidUtf8.Explain(exception.Message));
        }
    }

    private sealed record PredictedImage(string Path, string? Label = null, float? Score = null, IReadOnlyList<RankedClass>? Top = null, string? Error = null)
    {
        public override string ToString() => Error is not null
            ? $"{Path}: {Error}"
            : $"{Path}: {string.Join(", ", Top!.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Label} {item.Score:P1}")))}";
    }
}
