using ResNeXt.Core.Files;
using ResNeXt.Core.NativeLoading.Elf;

namespace ResNeXt.Core.Tests.Files;

public sealed class FileLengthTests
{
    [Fact]
    public void Of_ALinkToALink_IsThatOfTheFile()
    {
        using var file = new TemporaryFile([1, 2, 3]);
        string link = Path.Combine(file.Folder, "link"), linkToLink = Path.Combine(file.Folder, "link to link");
        File.CreateSymbolicLink(link, file.Path);
        File.CreateSymbolicLink(linkToLink, "link");

        Assert.Equal(3, FileLength.Of(file.Path));
        Assert.Equal(3, FileLength.Of(linkToLink));
        // libtorch is found through links where packages are kept in a store of their own.
        using var mapped = new MappedFile(linkToLink);
        Assert.Equal([1, 2, 3], mapped.GetSpan().ToArray());
    }

    [Fact]
    public void Of_ALinkToNothing_IsAFileError()
    {
        using var file = new TemporaryFile([1]);
        string link = Path.Combine(file.Folder, "link");
        File.CreateSymbolicLink(link, "nothing");

        Assert.ThrowsAny<IOException>(() => FileLength.Of(link));
    }
}
