using ResNeXt.Core.Files;

namespace ResNeXt.Core.Tests.Files;

public sealed class AtomicFileTests
{
    [Fact]
    public void Write_OverAnExistingFile_ReplacesIt()
    {
        using var file = new TemporaryFile([1, 2, 3]);

        AtomicFile.Write(file.Path, [4]);

        Assert.Equal([4], File.ReadAllBytes(file.Path));
        Assert.Single(Directory.GetFiles(file.Folder));
    }

    [Fact]
    public void Write_FailingInTheMiddle_LeavesWhatWasThere()
    {
        using var file = new TemporaryFile([1, 2, 3]);

        Assert.Throws<TimeoutException>(() => AtomicFile.Write(file.Path, stream =>
        {
            stream.WriteByte(9);
            throw new TimeoutException();
        }));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(file.Path));
        Assert.Single(Directory.GetFiles(file.Folder));
    }

    [Fact]
    public void Write_IntoAMissingFolder_NamesTheFolder()
    {
        using var file = new TemporaryFile();
        string folder = Path.Combine(file.Folder, "missing");

        var exception = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(folder, "x"), [1]));

        Assert.Contains(folder, exception.Message);
    }
}
