using System.CommandLine;
using ResNeXt.MLNet.Sharding;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.BulkScoring;

/// <summary>The command <c>score</c>, which scores all images of a folder into a file, alone or as one of many processes.</summary>
internal static class ScoreCommand
{
    private const int DefaultTop = 5;

    private static readonly Option<string> Model = new("--model") { Description = "A saved model.", HelpName = "MODEL.zip", Required = true };
    private static readonly Option<string> Images = new("--images") { Description = "A folder; its subfolders are searched too.", HelpName = "DIR", Required = true };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The result, with a row per image: .jsonl, .csv or .parquet. {shard} in its name becomes the index of the part.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<int?> Top = new("--top") { Description = $"Number of classes to list per image; default {DefaultTop}.", HelpName = "K" };
    private static readonly Option<bool> AllScores = new("--all-scores") { Description = "List the scores of all classes, in the order of the model." };

    public static Command Create()
    {
        var command = new Command("score", "Scores folders of any size into a file, and goes on where it was stopped.") { Model, Images, Output, Top, AllScores };
        ShardOptions.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int? top = parsed.GetValue(Top);
        if (top < 1)
            throw new ArgumentException($"{Top.Name} is {top}; it must be at least 1.");
        if (top is not null && parsed.GetValue(AllScores))
            throw new ArgumentException($"Both {Top.Name} and {AllScores.Name} are given; give one of them.");
        Shard shard = ShardOptions.Read(parsed);
        string output = ShardOptions.NameFor(shard, parsed.GetRequiredValue(Output));
        OutputFile.Check(output);
        if (shard.Count > 1)
            Console.Error.WriteLine($"Part {shard.Index} of {shard.Count}, counted from 0{(shard.Origin is { } origin ? $" (from {origin})" : "")}.");
        var options = new BulkScoringOptions(
            parsed.GetRequiredValue(Model), parsed.GetRequiredValue(Images), output, shard, parsed.GetValue(AllScores) ? null : top ?? DefaultTop);
        using var interruption = new Interruption("Stopping after the images that are being scored.");
        return new BulkScorer(options, Console.Error).RunAsync(interruption.Token).GetAwaiter().GetResult();
    }
}
