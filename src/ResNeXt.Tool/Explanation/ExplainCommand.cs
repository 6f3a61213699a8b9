using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using ResNeXt.MLNet;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Explanation;

/// <summary>The command <c>explain</c>, which draws where in images the network found what speaks for a class.</summary>
internal static class ExplainCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "A saved model.", HelpName = "MODEL.zip", Required = true };
    private static readonly Argument<string[]> Images = ImageArguments.Create();
    private static readonly Option<string> Output = new("--output")
    {
        Description = "The picture to write for one image, or a folder for the pictures of several.",
        HelpName = "FILE.png|DIR",
        Required = true,
    };

    private static readonly Option<string?> Class = new("--class")
    {
        Description = "The class to explain; default the most probable one.",
        HelpName = "NAME",
    };

    public static Command Create()
    {
        var command = new Command("explain", "Draws where in images the network found what speaks for a class.")
        {
            Model, Images, Output, Class, DontKnow.MinimumProbability, DontKnow.MaximumDistance,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] images = parsed.GetRequiredValue(Images);
        string? className = parsed.GetValue(Class);
        using var predictor = ResNeXtPredictor.Load(new MLContext(), parsed.GetRequiredValue(Model), DontKnow.Of(parsed));
        if (className is not null && !predictor.ClassNames.Contains(className))
            throw new ArgumentException($"--class is '{className}'; the model has {string.Join(", ", predictor.ClassNames)}. Name one of them.");
        (string Path, string? Error)[] files = [.. images.SelectMany(ImageArguments.Files)];
        IReadOnlyList<string> pictures = ExplanationFiles.For(
            parsed.GetRequiredValue(Output), [.. files.Select(file => file.Path)], areSeveral: images.Length > 1 || images.Any(Directory.Exists));
        using var interruption = new Interruption("Stopping after this image.");
        bool failed = false;
        int explained = 0;
        foreach (((string path, string? missing), string picture) in files.Zip(pictures))
        {
            if (interruption.Token.IsCancellationRequested)
            {
                Console.Error.WriteLine($"Interrupted after {explained} images; the others are not explained.");
                return explained > 0 ? ExitCode.Partly : ExitCode.Interrupted;
            }
            explained++;
            string? error = missing ?? Explain(predictor, path, className, picture);
            failed |= error is not null;
            if (error is not null)
                Console.Error.WriteLine(Terminal.Line($"{path}: {error}"));
        }
        return failed ? ExitCode.Partly : ExitCode.Done;
    }

    // Gets what is wrong with the image; null if the picture was written.
    private static string? Explain(ResNeXtPredictor predictor, string path, string? className, string output)
    {
        ImageExplanation explanation;
        try
        {
            explanation = predictor.Explain(path, className);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
        explanation.SavePng(output);
        RankedClass best = explanation.Prediction.GetTopK(1)[0];
        Console.WriteLine(Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{path}: {DontKnow.Prefix(explanation.Prediction)}{best.Label} {best.Score:P1}{(className is null ? "" : $", explained: {className}")} -> {output}")));
        return null;
    }
}
