using ResNeXt.Core.Files;

namespace ResNeXt.Core.Tests.Files;

public sealed class TemporaryStorageTests
{
    private static readonly IOException Failure = new("write failed");

    [Fact]
    public void Blame_OfAMissingFolder_NamesItAndWhatToDo()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"missing-{Guid.NewGuid():N}");

        IOException? blame = TemporaryStorage.Blame(new InvalidOperationException("wrapped", Failure), folder);

        Assert.Contains($"'{folder}', does not exist", blame?.Message, StringComparison.Ordinal);
        Assert.Equal(blame!.Message, Assert.Throws<IOException>(() => TemporaryStorage.Check(folder)).Message);
        Assert.Contains(OperatingSystem.IsWindows() ? "variable TMP." : "variable TMPDIR.", blame?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28)]
    [InlineData(unchecked((int)0x80070070))]
    public void Blame_OfAFullFolder_SaysSo(int hresult)
    {
        using var folder = new TemporaryFolder();

        Assert.Contains($"'{folder.Path}', is full (", TemporaryStorage.Blame(new IOException("No space", hresult), folder.Path)?.Message, StringComparison.Ordinal);
    }

    // A folder that nobody can write to, the administrator included.
    [Fact]
    public void Blame_OfAFolderThatCannotBeWrittenTo_SaysSo()
    {
        if (!OperatingSystem.IsLinux())
            return;

        Assert.Contains("'/proc', cannot be written to", TemporaryStorage.Blame(Failure, "/proc")?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blame_OfAFolderThatWorks_FallsOnSomethingElse()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(TemporaryStorage.Blame(Failure, folder.Path));
        TemporaryStorage.Check(folder.Path);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Blame_OfAFailureWithoutAFile_FallsOnSomethingElse() =>
        Assert.Null(TemporaryStorage.Blame(new InvalidDataException("damaged"), Path.Combine(Path.GetTempPath(), $"missing-{Guid.NewGuid():N}")));
}
