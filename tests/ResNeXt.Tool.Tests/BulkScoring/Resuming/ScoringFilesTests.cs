using ResNeXt.MLNet.Folders.Streaming;
using ResNeXt.Tool.BulkScoring.Formats;
using ResNeXt.Tool.BulkScoring.Resuming;

namespace ResNeXt.Tool.Tests.BulkScoring.Resuming;

/// <summary>Two runs of the same job, the second of which begins while the first ends.</summary>
public sealed class ScoringFilesTests
{
    private static readonly ScoringJob Job = new() { Model = "m", Images = "/images", Shard = "0/1" };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_WhileAnotherRunEndsWithAResult_FindsItComplete(bool isWrittenAnew)
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("scores.jsonl");
        ScoringFiles first = ScoringFiles.Open(output, Job);
        first.Journal.Append(new ScoredImage("a.png"));
        first.Complete(rows: 1, errors: 0, isWrittenAnew ? stream => stream.Write("a"u8) : null);

        using (ScoringFiles second = ScoringFiles.Open(output, Job))
        {
            first.Dispose();

            Assert.Equal(1, second.Completed!.Rows);
            Assert.True(File.Exists(second.JournalPath));
        }
        Assert.Equal([output, output + ".job"], Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Open_WhileAnotherRunIsAtWork_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("scores.jsonl");
        using ScoringFiles first = ScoringFiles.Open(output, Job);

        Assert.Contains("another process", Assert.Throws<IOException>(() => ScoringFiles.Open(output, Job)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Complete_OfALinkToAFileThatDoesNotExist_WritesThatFile(bool isWrittenAnew)
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("scores.jsonl"), target = folder.File("target.jsonl");
        File.CreateSymbolicLink(output, target);
        using ScoringFiles files = ScoringFiles.Open(output, Job);
        files.Journal.Append(new ScoredImage("a.png"));

        files.Complete(rows: 1, errors: 0, isWrittenAnew ? stream => stream.Write("a"u8) : null);

        Assert.Equal(target, new FileInfo(output).LinkTarget);
        Assert.True(new FileInfo(target) is { Exists: true, LinkTarget: null, Length: > 0 });
    }

    [Fact]
    public void LeaveOutScored_WhenCanceled_KeepsAllRows()
    {
        using var folder = new TemporaryFolder();
        using ScoringFiles files = ScoringFiles.Open(folder.File("scores.jsonl"), Job);
        FoundImage[] images = [.. new[] { "a.png", "b.png", "c.png" }.Select(name => new FoundImage(name, name))];
        foreach (FoundImage image in images)
            files.Journal.Append(new ScoredImage(image.RelativePath));
        files.Journal.Flush(toDisk: false);
        using var stop = new CancellationTokenSource();
        var kept = new List<string>();

        Assert.Empty(files.Journal.LeaveOutScored(images, row =>
        {
            kept.Add(row.Path);
            stop.Cancel();
        }, stop.Token));

        Assert.Equal(["a.png"], kept);
        Assert.Equal(3, files.Journal.Read().Count());
    }

    [Fact]
    public void Dispose_WithoutRows_LeavesNothing()
    {
        using var folder = new TemporaryFolder();

        ScoringFiles.Open(folder.File("scores.jsonl"), Job).Dispose();

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
