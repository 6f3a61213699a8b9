using ResNeXt.Tool.Tests.BulkScoring;

namespace ResNeXt.Tool.Tests;

/// <summary>The command <c>score</c>.</summary>
public sealed partial class CommandLineTests
{
    [Fact]
    public void Invoke_ScoreOfTheShardsOfAJob_PutsTheIndexIntoTheName()
    {
        using var folder = new TemporaryFolder();
        using var classifier = new SmallClassifier();
        string images = ImageFiles.Write(folder, 20);
        string[] command = ["score", "--model", classifier.ZipPath, "--images", images];
        Run(2, [.. command, "--output", folder.File("whole.jsonl"), "--shard", "0/1"]);

        (_, string said) = WithVariable("JOB_COMPLETION_INDEX", "0", () => Run(null, [.. command, "--output", folder.File("part-{shard}.jsonl"), "--shards", "2"]));
        Run(null, [.. command, "--output", folder.File("part-1.jsonl"), "--shard", "1/2"]);

        Assert.Contains("Part 0 of 2, counted from 0 (from JOB_COMPLETION_INDEX).", said);
        Assert.Equal(
            File.ReadAllLines(folder.File("whole.jsonl")).Order(StringComparer.Ordinal),
            File.ReadAllLines(folder.File("part-0.jsonl")).Concat(File.ReadAllLines(folder.File("part-1.jsonl"))).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--shard is '4/4'; it must be I/N with I from 0 to N - 1", "--shard", "4/4")]
    [InlineData("--shard is '3'", "--shard", "3")]
    [InlineData("--shards is 0", "--shards", "0")]
    [InlineData("Both --shard and --shards", "--shard", "0/2", "--shards", "2")]
    [InlineData("Both --top and --all-scores", "--top", "2", "--all-scores")]
    [InlineData("--top is 0", "--top", "0")]
    [InlineData("must be .jsonl (or .ndjson), .csv or .parquet", "--shard", "0/1", "--output", "x.txt")]
    [InlineData("no-such-folder' does not exist", "--shard", "0/1", "--images", "no-such-folder")]
    [InlineData("m.zip'", "--shard", "0/1")]
    [InlineData("no-such.zip' does not exist", "--shard", "0/1", "--model", "no-such.zip")]
    public void Invoke_ScoreWithAMistake_SaysSoInOneLineAndWritesNothing(string mention, params string[] args)
    {
        using var folder = new TemporaryFolder();
        string[] defaults = ["--model", folder.File("m.zip"), "--images", folder.Path, "--output", folder.File("x.jsonl")];
        File.WriteAllText(folder.File("m.zip"), "no model");
        string[] rest = [.. defaults.Chunk(2).Where(option => !args.Contains(option[0])).SelectMany(option => option)];

        (string output, string error) = Run(1, ["score", .. rest, .. args]);

        Assert.Equal("", output);
        Assert.Contains(mention, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(["m.zip"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    private static T WithVariable<T>(string name, string value, Func<T> run)
    {
        Environment.SetEnvironmentVariable(name, value);
        try
        {
            return run();
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }
}
