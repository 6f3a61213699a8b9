using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet.Tests.NewProcess;
using Xunit.Abstractions;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>Processes that are killed while they replace a file leave the file of before or the new one, nothing else.</summary>
public sealed class KilledWhileSavingTests(ITestOutputHelper output)
{
    // In milliseconds: some times as long as one file takes.
    private const int LongestWait = 200;

    // The environment variable sets another number, for example 1000.
    private static readonly int Kills = int.TryParse(
        Environment.GetEnvironmentVariable("RESNEXT_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out int kills) ? kills : 20;

    [Theory]
    [InlineData("model.zip", "classifier.zip", "classifier-int8.zip")]
    [InlineData("weights.safetensors", "network.safetensors", "trained.safetensors")]
    [Trait("Category", "Slow")]
    public void Save_KilledAgainAndAgain_LeavesOneOfTwoFilesAndAtMostOneTemporaryFile(string name, string first, string second)
    {
        using TemporaryFolder folder = new(), temporary = new();
        string file = folder.File(name);
        string[] inTurn = [.. new[] { first, second }.Select(saved => Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", saved))];
        var random = new Random(1);
        var found = new Dictionary<string, int>();
        int amidWriting = 0, mostLeft = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using (Process process = Child.Start(temporary.Path, [ChildProgram.SaveForever, .. inTurn, file]))
            {
                string? said = process.StandardOutput.ReadLine();
                // Its errors can be read to their end only when it has ended.
                if (said != "saving")
                    Assert.Fail($"After {kill} kills the process did not save: {said} {process.StandardError.ReadToEnd()}");
                Thread.Sleep(random.Next(LongestWait));
                process.Kill();
                process.WaitForExit();
            }

            string contents = ReadWhole(file);
            found[contents] = found.GetValueOrDefault(contents) + 1;
            int left = Directory.GetFiles(folder.Path, ".*.tmp", new EnumerationOptions { AttributesToSkip = 0 }).Length;
            (amidWriting, mostLeft) = (amidWriting + (left > 0 ? 1 : 0), Math.Max(mostLeft, left));
        }
        output.WriteLine($"{Kills} kills, {amidWriting} of them left a temporary file, never more than {mostLeft} at a time; "
            + $"the file was one model {found.Values.Max()} times, the other {Kills - found.Values.Max()} times.");

        Assert.InRange(found.Count, 1, 2);
        // Each process removes what the one before left.
        Assert.InRange(mostLeft, 0, 1);
    }

    // Throws if a checksum is wrong. Entries of zip archives carry the time of saving, which is left out.
    private static string ReadWhole(string file)
    {
        var hash = new XxHash128();
        if (Path.GetExtension(file) != ".zip")
        {
            WeightFile.Read(file);
            hash.Append(File.ReadAllBytes(file));
            return Convert.ToHexString(hash.GetCurrentHash());
        }
        MlContext.Model.LoadVerified(file, out _);
        using ZipArchive archive = ZipFile.OpenRead(file);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            hash.Append(Encoding.UTF8.GetBytes(entry.FullName));
            using Stream content = entry.Open();
            hash.Append(content);
        }
        return Convert.ToHexString(hash.GetCurrentHash());
    }
}
