using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Tests.Output;

public sealed class OutputFileTests
{
    [Fact]
    public void Check_OfAFileThatCanBeWritten_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        string existing = folder.File("old.zip");
        File.WriteAllText(existing, "old");

        OutputFile.Check(folder.File("new.zip"), bytes: 1000);
        OutputFile.Check(folder.File(new string('x', 250) + ".zip"));
        OutputFile.Check(existing);

        Assert.Equal([existing], folder.AllFiles());
        Assert.Equal("old", File.ReadAllText(existing));
    }

    [Fact]
    public void Check_OfAFileThatCannotBeWritten_SaysWhy()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("does not exist", Message(folder.Path + "/no/m.zip"), StringComparison.Ordinal);
        Assert.Contains("is a folder", Message(folder.Path), StringComparison.Ordinal);
        Assert.Contains("too long", Message(Path.Combine(folder.Path, new string('x', 300))), StringComparison.Ordinal);
        Assert.Contains("MB free; 'm.zip' needs about", Message(folder.File("m.zip"), bytes: long.MaxValue), StringComparison.Ordinal);
        Assert.Contains("not valid UTF-8", Message(folder.File("m\uFFFD.zip")), StringComparison.Ordinal);
        if (File.Exists("/dev/null"))
            Assert.Contains("is a pipe or a device", Message("/dev/null"), StringComparison.Ordinal);
        Assert.Empty(folder.AllFiles());
    }

    [Fact]
    public void Write_ToAFileThatIsTaken_ReturnsItsPath()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("m.json");

        Assert.Equal(path, OutputFile.Write(path, file => File.WriteAllText(file, "content")));

        Assert.Equal("content", File.ReadAllText(path));
    }

    [Fact]
    public void Write_ThatFailsForAnotherReasonThanTheDisk_ThrowsIt()
    {
        int tries = 0;

        Assert.Throws<InvalidOperationException>(() => OutputFile.Write("m.json", _ =>
        {
            tries++;
            throw new InvalidOperationException();
        }));

        Assert.Equal(1, tries);
    }

    private static string Message(string path, long bytes = 0) => Assert.ThrowsAny<Exception>(() => OutputFile.Check(path, bytes)).Message;
}
