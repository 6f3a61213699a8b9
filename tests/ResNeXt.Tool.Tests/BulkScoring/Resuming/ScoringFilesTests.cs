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

    [Fact]
    public void Dispose_WithoutRows_LeavesNothing()
    {
        using var folder = new TemporaryFolder();

        ScoringFiles.Open(folder.File("scores.jsonl"), Job).Dispose();

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
