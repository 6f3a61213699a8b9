using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ResNeXt.Tool.Output;
using Xunit.Abstractions;

namespace ResNeXt.Tool.Tests.BulkScoring;

/// <summary>Scores 20,000 small files in processes of their own, which are killed and repeated.</summary>
public sealed partial class ManyFilesTests(SmallClassifier classifier, ITestOutputHelper output) : IClassFixture<SmallClassifier>
{
    private const int Files = 20_000, Kills = 5;

    // From a quarter of the files to their end.
    private const double MostGrowth = 1.25;

    [Fact]
    [Trait("Category", "Slow")]
    public void Score_OfTwentyThousandFiles_GivesTheSameRowsInShardsAndAfterKillsInFlatMemory()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, Files);
        string[] whole = Score(images, folder.File("whole.jsonl"), "0/1");

        Assert.Equal(Files + 1, whole.Length);
        foreach (int shards in (int[])[4, 16])
        {
            IEnumerable<string> rows = Enumerable.Range(0, shards).SelectMany(index => Score(images, folder.File($"{shards}-{index}.jsonl"), $"{index}/{shards}"));
            Assert.Equal(whole.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
        }
        Assert.Equal(whole, ScoreWithKills(images, folder.File("killed.jsonl")));
    }

    private string[] Score(string images, string file, string shard)
    {
        using Process process = Start(images, file, shard);
        var memory = new List<(long Rows, long Bytes)>();
        while (!process.WaitForExit(250))
        {
            long written = File.Exists(file + ".partial") ? new FileInfo(file + ".partial").Length : 0;
            if (written > 0 && OperatingSystem.IsLinux() && Resident(process) is { } resident)
                memory.Add((written, resident));
        }
        string said = process.StandardError.ReadToEnd();
        Assert.True(process.ExitCode is ExitCode.Partly or ExitCode.Done, said);
        output.WriteLine(said.TrimEnd());
        if (shard == "0/1" && memory.Count > 8)
        {
            long early = memory.Take(memory.Count / 4).Max(item => item.Bytes), late = memory.Max(item => item.Bytes);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory: {early >> 20} MiB in the first quarter, at most {late >> 20} MiB"));
            Assert.True(late <= MostGrowth * early, $"The memory grew from {early >> 20} to {late >> 20} MiB.");
        }
        return File.ReadAllLines(file);
    }

    private string[] ScoreWithKills(string images, string file)
    {
        var random = new Random(1);
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Start(images, file, "0/1");
            long before = Length(file);
            while (!process.HasExited && Length(file) <= before)
                Thread.Sleep(20);
            Thread.Sleep(random.Next(500));
            process.Kill();
            process.WaitForExit();
            output.WriteLine($"killed at {Length(file)} bytes");
        }
        return Score(images, file, "0/1");
    }

    private static long Length(string file) => File.Exists(file + ".partial") ? new FileInfo(file + ".partial").Length : 0;

    private static long? Resident(Process process)
    {
        try
        {
            Match match = ResidentLine().Match(File.ReadAllText($"/proc/{process.Id}/status"));
            return match.Success ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * 1024 : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private Process Start(string images, string file, string shard) => Process.Start(new ProcessStartInfo("dotnet",
        ["exec", typeof(CommandLine).Assembly.Location, "score", "--model", classifier.ZipPath, "--images", images, "--output", file, "--shard", shard])
    {
        RedirectStandardError = true,
    })!;

    [GeneratedRegex(@"^VmRSS:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex ResidentLine();
}
