using System.Globalization;
using System.Text;
using System.Text.Json;
using nietras.SeparatedValues;
using Parquet;
using Parquet.Schema;
using ResNeXt.MLNet.Sharding;
using ResNeXt.Tool.BulkScoring;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Tests.BulkScoring;

public sealed class BulkScorerTests(SmallClassifier classifier) : IClassFixture<SmallClassifier>
{
    private const int Count = 40;

    private readonly StringWriter _log = new();

    [Fact]
    public async Task RunAsync_OfShards_GivesTheRowsOfOneRunEachOnce()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, Count);
        string[] whole = await Score(images, folder.File("whole.jsonl"));

        string[][] parts = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(index => Score(images, folder.File($"{index}.jsonl"), new Shard(index, 3))))];

        Assert.Equal(Count + 1, whole.Length);
        Assert.Equal(whole.Select(PathOf).Order(StringComparer.Ordinal), whole.Select(PathOf));
        Assert.Equal(whole.Order(StringComparer.Ordinal), parts.SelectMany(part => part).Order(StringComparer.Ordinal));
        Assert.All(parts, Assert.NotEmpty);
    }

    [Fact]
    public async Task RunAsync_OfAnUnreadableFile_MakesARowWithItsErrorAndExitsWithTwo()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 3);

        string[] rows = await Score(images, folder.File("rows.jsonl"), exitCode: ExitCode.Partly);

        JsonElement broken = Parse(Assert.Single(rows, row => PathOf(row) == ImageFiles.Broken));
        Assert.Contains("cannot be read", broken.GetProperty("error").GetString());
        Assert.False(broken.TryGetProperty("label", out _));
        File.Delete(Path.Combine(images, ImageFiles.Broken));
        Assert.Equal(3, (await Score(images, folder.File("readable.jsonl"), exitCode: ExitCode.Done)).Length);
    }

    // What a kill leaves: a beginning of the rows, perhaps half a line, after a loss of power also bytes that are no text; of those that are read at
    // once with such bytes none is kept.
    [Theory]
    [InlineData(0, "", 0)]
    [InlineData(17, "{\"path\":\"0/2", 17)]
    [InlineData(Count, "\0\0\0", Count)]
    [InlineData(5, "\u00ff", 0)]
    public async Task RunAsync_AfterAKill_GivesTheSameRowsAndScoresOnlyTheRest(int written, string torn, int kept)
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, Count), output = folder.File("rows.jsonl");
        string[] whole = await Score(images, output);
        Interrupt(output, [.. whole.Take(written)], torn);

        string[] resumed = await Score(images, output);

        Assert.Equal(whole, resumed);
        Assert.Equal(kept > 0, _log.ToString().Contains($"{Count + 1} images, {kept} of them by an earlier run", StringComparison.Ordinal));
        Assert.False(File.Exists(output + ".partial"));
    }

    [Fact]
    public async Task RunAsync_AfterAKillAndOtherFiles_GivesTheRowsOfTheFilesThatAreThere()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, Count), output = folder.File("rows.jsonl");
        Interrupt(output, [.. (await Score(images, output)).Take(20)], "");
        File.Delete(Path.Combine(images, "0", "10.png"));
        ImageFiles.Write(Path.Combine(images, "0", "7a.png"), 7);

        string[] resumed = await Score(images, output);

        Assert.Equal(await Score(images, folder.File("other.jsonl")), resumed);
    }

    [Fact]
    public async Task RunAsync_OfACompleteResult_LeavesItAndRepeatsTheExitCode()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 3), output = folder.File("rows.jsonl");
        await Score(images, output);
        DateTime written = File.GetLastWriteTimeUtc(output);

        await Score(images, output, exitCode: ExitCode.Partly);

        Assert.Equal(written, File.GetLastWriteTimeUtc(output));
        Assert.Contains("is complete: 4 images, 1 unreadable", _log.ToString());
        Assert.Equal(["rows.jsonl", "rows.jsonl.job"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task RunAsync_IntoTheResultOfAnotherJob_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 3), output = folder.File("rows.jsonl");
        await Score(images, output, new Shard(0, 2));
        string before = File.ReadAllText(output);
        File.WriteAllText(folder.File("foreign.jsonl"), "mine");

        Assert.Contains("part-{shard}.jsonl", (await Refusal(images, output, new Shard(1, 2))).Message);
        Assert.Contains("other options", (await Refusal(images, output, new Shard(0, 2), top: 1)).Message);
        Assert.Contains("foreign.jsonl' exists", (await Refusal(images, folder.File("foreign.jsonl"))).Message);
        Assert.Equal(before, File.ReadAllText(output));
        Assert.Equal("mine", File.ReadAllText(folder.File("foreign.jsonl")));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [Fact]
    public async Task RunAsync_WhileAnotherRunHasTheFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 3), output = folder.File("rows.jsonl");
        using FileStream other = new(output + ".partial", FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.Contains("If another process scores", (await Assert.ThrowsAsync<IOException>(() => Score(images, output))).Message);
    }

    [Fact]
    public async Task RunAsync_OfAFolderWithoutImages_IsRefusedAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        string images = Directory.CreateDirectory(Path.Combine(folder.Path, "images")).FullName;

        Assert.Contains("has no images", (await Assert.ThrowsAsync<ArgumentException>(() => Score(images, folder.File("rows.jsonl")))).Message);

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    // A volume that is not mounted is an empty folder.
    [Fact]
    public async Task RunAsync_AfterAKillWhenTheImagesAreGone_KeepsTheRows()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, Count), output = folder.File("rows.jsonl"), elsewhere = images + " elsewhere";
        string[] whole = await Score(images, output);
        Interrupt(output, [.. whole.Take(20)], "");
        Directory.Move(images, elsewhere);
        Directory.CreateDirectory(images);

        await Assert.ThrowsAsync<ArgumentException>(() => Score(images, output));

        Directory.Delete(images);
        Directory.Move(elsewhere, images);
        Assert.Equal(whole, await Score(images, output));
        Assert.Contains("20 of them by an earlier run", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_OfAFolderThatCannotBeListed_IsRefusedAndKeepsTheRows()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return;
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 3), output = folder.File("rows.jsonl");
        Interrupt(output, [.. (await Score(images, output)).Take(2)], "");
        File.SetUnixFileMode(images, UnixFileMode.None);

        Exception exception = await Assert.ThrowsAsync<IOException>(() => Score(images, output));

        File.SetUnixFileMode(images, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Contains("cannot be listed", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(output + ".partial").Length);
    }

    [Fact]
    public async Task RunAsync_OfAFolderWithASlashAtItsEnd_GoesOn()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 3), output = folder.File("rows.jsonl");
        Interrupt(output, [.. (await Score(images + "/", output)).Take(2)], "");

        await Score(images, output);

        Assert.Contains("2 of them by an earlier run", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CanceledBeforeTheFirstImage_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 3), output = folder.File("rows.jsonl");
        var options = new BulkScoringOptions(classifier.ZipPath, images, output, new Shard(0, 1), Top: 2);

        await Assert.ThrowsAsync<OperationCanceledException>(() => new BulkScorer(options, _log).RunAsync(new CancellationToken(canceled: true)));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(2, "path,label,score,label_2,score_2,error")]
    [InlineData(null, "path,label,score,score_cat,score_dog, or \"wolf\",score_fox,error")]
    public async Task RunAsync_ToCsvAndParquet_WritesTheValuesOfJsonLines(int? top, string columns)
    {
        using var folder = new TemporaryFolder();
        string images = ImageFiles.Write(folder, 5);
        JsonElement[] rows = [.. (await Score(images, folder.File("rows.jsonl"), top: top)).Select(Parse)];
        string[][] expected = [.. rows.Select(row => Flat(row, top))];

        using (new CommaCulture())
            await Score(images, folder.File("rows.csv"), top: top);
        await Score(images, folder.File("rows.parquet"), top: top);

        (string[] csvColumns, string[][] csv) = ReadCsv(folder.File("rows.csv"));
        (string[] parquetColumns, string[][] parquet) = await ReadParquet(folder.File("rows.parquet"));
        Assert.Equal(columns, string.Join(',', csvColumns));
        Assert.Equal(columns, string.Join(',', parquetColumns));
        Assert.Equal(expected, csv);
        Assert.Equal(expected, parquet);
    }

    private static string[] Flat(JsonElement row, int? top)
    {
        bool isScored = !row.TryGetProperty("error", out JsonElement error);
        IEnumerable<string> classes = (isScored, top) switch
        {
            (true, not null) => row.GetProperty("top").EnumerateArray().Skip(1).SelectMany(item => (string[])[item.GetProperty("label").GetString()!, Number(item.GetProperty("score"))]),
            (true, null) => row.GetProperty("scores").EnumerateObject().Select(item => Number(item.Value)),
            _ => Enumerable.Repeat("", top is null ? SmallClassifier.ClassNames.Length : 2),
        };
        return
        [
            row.GetProperty("path").GetString()!, isScored ? row.GetProperty("label").GetString()! : "", isScored ? Number(row.GetProperty("score")) : "",
            .. classes, isScored ? "" : error.GetString()!,
        ];
    }

    private static string Number(JsonElement value) => value.GetSingle().ToString(CultureInfo.InvariantCulture);

    private static (string[] Columns, string[][] Rows) ReadCsv(string path)
    {
        using SepReader reader = Sep.New(',').Reader(options => options with { Unescape = true }).FromFile(path);
        var rows = new List<string[]>();
        foreach (SepReader.Row row in reader)
        {
            var values = new string[row.ColCount];
            for (int column = 0; column < values.Length; column++)
                values[column] = row[column].ToString();
            rows.Add(values);
        }
        return ([.. reader.Header.ColNames], [.. rows]);
    }

    private static async Task<(string[] Columns, string[][] Rows)> ReadParquet(string path)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        int count = (int)group.RowCount;
        var columns = new List<string[]>();
        foreach (DataField field in reader.Schema.DataFields)
        {
            if (field.ClrType != typeof(float))
            {
                var texts = new string?[count];
                await group.ReadAsync(field, texts!);
                columns.Add([.. texts.Select(text => text ?? "")]);
            }
            else
            {
                var numbers = new float?[count];
                await group.ReadAsync<float>(field, numbers);
                columns.Add([.. numbers.Select(number => number?.ToString(CultureInfo.InvariantCulture) ?? "")]);
            }
        }
        return ([.. reader.Schema.DataFields.Select(field => field.Name)], [.. Enumerable.Range(0, count).Select(row => columns.Select(column => column[row]).ToArray())]);
    }

    // Turns a complete result into what a killed run leaves.
    private static void Interrupt(string output, string[] rows, string torn)
    {
        File.Delete(output);
        File.WriteAllText(output + ".partial", string.Concat(rows.Select(row => row + "\n")), new UTF8Encoding(false));
        File.AppendAllText(output + ".partial", torn, Encoding.Latin1);
        JsonElement job = Parse(File.ReadAllText(output + ".job"));
        var unfinished = job.EnumerateObject().Where(item => item.Name is not ("rows" or "errors")).ToDictionary(item => item.Name, item => item.Value);
        File.WriteAllText(output + ".job", JsonSerializer.Serialize(unfinished));
    }

    private async Task<InvalidOperationException> Refusal(string images, string output, Shard? shard = null, int? top = 2) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Score(images, output, shard, top));

    private async Task<string[]> Score(string images, string output, Shard? shard = null, int? top = 2, int? exitCode = null)
    {
        var options = new BulkScoringOptions(classifier.ZipPath, images, output, shard ?? new Shard(0, 1), top);
        int code = await new BulkScorer(options, TextWriter.Synchronized(_log)).RunAsync(CancellationToken.None);
        Assert.Equal(exitCode ?? code, code);
        return output.EndsWith(".jsonl", StringComparison.Ordinal) ? File.ReadAllLines(output) : [];
    }

    private static string PathOf(string row) => Parse(row).GetProperty("path").GetString()!;

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
