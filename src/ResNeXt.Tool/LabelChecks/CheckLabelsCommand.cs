using System.CommandLine;
using System.Text.Json;
using Microsoft.ML;
using ResNeXt.Core.Files;
using ResNeXt.MLNet;
using ResNeXt.MLNet.LabelChecks;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Weights;

namespace ResNeXt.Tool.LabelChecks;

/// <summary>The command <c>check-labels</c>, which looks for wrong labels, copies and outliers in an image folder.</summary>
internal static class CheckLabelsCommand
{
    private static readonly Option<string> Images = new("--images")
    {
        Description = "A folder with one folder of images per class.", HelpName = "DIR", Required = true,
    };

    private static readonly Option<string> Output = new("--output") { Description = "The page to write.", HelpName = "FILE.html", Required = true };
    private static readonly Option<string?> Csv = new("--csv")
    {
        Description = "A table of all images to write, the most suspicious first.", HelpName = "FILE",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one JSON object." };
    private static readonly Option<string?> Validation = new("--validation")
    {
        Description = "A folder of validation images, in which copies of the images are looked for.", HelpName = "DIR",
    };

    private static readonly Option<string?> Move = new("--move")
    {
        Description = "A folder to move images with suspicious labels to; nothing is moved without --yes.", HelpName = "DIR",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Move the images, after you have looked at the page." };
    private static readonly Option<string?> Architecture = new("--arch")
    {
        Description = "The network that the weights are for, if the file does not say it.", HelpName = "NAME",
    };

    private static readonly WeightsCommandOptions Weights = new("Weights of the network that compares images: a file or a name; "
        + $"default the best on this machine; {LabelCheckOptions.NoWeights}: simple features.");

    public static Command Create()
    {
        var command = new Command("check-labels", "Looks for wrong labels, copies and outliers in an image folder.")
        {
            Images, Output, Csv, Json, Validation, Move, Yes, Architecture,
        };
        Weights.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        (string folder, string output) = (parsed.GetRequiredValue(Images), parsed.GetRequiredValue(Output));
        string? csv = parsed.GetValue(Csv);
        foreach (string path in new[] { output, csv }.OfType<string>())
            OutputFile.Check(path);
        OutputFile.CheckDifferent(parsed, Output, Csv);
        SuspiciousImages? suspicious = parsed.GetValue(Move) is { } target ? new(folder, target) : null;
        suspicious?.CheckFolders();
        if (parsed.GetValue(Yes) && suspicious is null)
            throw new ArgumentException("--yes confirms --move, which is not given; name a folder with --move DIR, or leave --yes out.");
        using var interruption = new Interruption("Stopping after this image.");
        LabelCheckResult result = interruption.Run(() => new MLContext().Data.CheckLabels(folder, new LabelCheckOptions
        {
            Weights = Weights.Given(parsed),
            Architecture = parsed.GetValue(Architecture),
            Pretrained = Weights.Pretrained(parsed),
            ValidationFolder = parsed.GetValue(Validation),
            Progress = new CountLine(),
            CancellationToken = interruption.Token,
        }), "Interrupted; nothing is written.");
        Console.Error.WriteLine($"Images are compared by {result.Features}.");
        foreach (string warning in result.Warnings)
            Console.Error.WriteLine(warning);
        string page = new LabelCheckPage(new ShownNames(folder, parsed.GetValue(Validation))).Render(result);
        output = OutputFile.Write(output, path => AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(page)));
        if (csv is not null)
            OutputFile.Write(csv, path => AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(LabelCheckCsv.Render(result))));
        Console.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(result, JsonOutput.Options) : Summary(result, output));
        bool isMoved = suspicious is null || MoveImages(suspicious, result, parsed.GetRequiredValue(Move)!, parsed.GetValue(Yes), interruption.Token);
        return result.Warnings.Count > 0 || !isMoved ? ExitCode.Partly : ExitCode.Done;
    }

    // Gets whether all images were moved that were to be moved. Standard output may be JSON.
    private static bool MoveImages(
        SuspiciousImages suspicious, LabelCheckResult result, string target, bool isConfirmed, CancellationToken cancellation)
    {
        if (!isConfirmed)
        {
            Console.Error.WriteLine($"{SuspiciousImages.PathsOf(result.Labels).Count()} images would be moved to '{target}'. "
                + "Look at the page, then add --yes to move them.");
            return true;
        }
        (int moved, int left) = suspicious.Move(result.Labels, cancellation);
        Console.Error.WriteLine($"{moved} images are moved to '{target}'; {left} are not.");
        return left == 0;
    }

    private static string Summary(LabelCheckResult result, string output)
    {
        int suspicious = result.Labels.Count(label => label.IsSuspicious);
        int different = result.NearDuplicates.Count(pair => pair.HaveDifferentLabels), leaks = result.NearDuplicates.Count(pair => pair.IsLeak);
        return $"{result.ImageCount} images: {suspicious} suspicious labels, {result.NearDuplicates.Count} pairs of near-duplicates "
            + $"({different} with different labels, {leaks} of training and validation), {result.Outliers.Count} outliers -> {output}";
    }
}
