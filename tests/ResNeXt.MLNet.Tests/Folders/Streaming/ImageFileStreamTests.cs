using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Folders.Streaming;
using ResNeXt.MLNet.Sharding;

namespace ResNeXt.MLNet.Tests.Folders.Streaming;

public sealed class ImageFileStreamTests
{
    private static readonly string[] Files =
        ["b.jpg", "b/2.jpg", "b/1.png", "b.x/3.jpg", "b/c/d/4.gif", "a/5.JPG", "é/6.jpg", "b-/7.jpg", ".hidden/8.jpg", "@eaDir/9.jpg", "a/.10.jpg", "a/text.txt", "a/11.tif"];

    [Fact]
    public void Enumerate_AFolderThatCannotBeListedOrHasNoImages_Throws()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("empty", "inner"));

        Assert.Contains("cannot be listed", Assert.Throws<IOException>(
            () => new ImageFileStream(folder.Path + "/missing", new Shard(0, 1)).Enumerate().Count()).Message, StringComparison.Ordinal);
        Assert.Contains("has no images", Assert.Throws<ArgumentException>(
            () => new ImageFileStream(folder.Path + "/empty", new Shard(0, 1)).Enumerate().Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Enumerate_OfAFolder_FindsTheSameFilesInTheSameOrderAsFindImages()
    {
        using TemporaryFolder folder = Make();
        var stream = new ImageFileStream(folder.Path, new Shard(0, 1));

        FoundImage[] found = [.. stream.Enumerate()];

        (IReadOnlyList<string> expected, _) = ImageFolder.FindImages(folder.Path);
        Assert.Equal(expected, found.Select(file => file.FullPath));
        Assert.Equal(expected.Select(path => Path.GetRelativePath(folder.Path, path).Replace('\\', '/')), found.Select(file => file.RelativePath));
        Assert.Equal(found.Length, stream.Found);
        Assert.Contains("1 .tif", stream.Warning);
    }

    [Fact]
    public void Enumerate_OverAllShards_FindsEachFileOnce()
    {
        using TemporaryFolder folder = Make();

        string[] found = [.. Enumerable.Range(0, 3).SelectMany(index => new ImageFileStream(folder.Path, new Shard(index, 3)).Enumerate().Select(file => file.FullPath))];

        Assert.Equal(ImageFolder.FindImages(folder.Path).Paths, found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Enumerate_OfLinksInCircles_FindsEachFileOnce()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = Make();
        Directory.CreateSymbolicLink(folder.File("b", "again"), folder.Path);

        string[] found = [.. new ImageFileStream(folder.Path, new Shard(0, 1)).Enumerate().Select(file => file.FullPath)];

        Assert.Equal(ImageFolder.FindImages(folder.Path).Paths, found);
    }

    private static TemporaryFolder Make()
    {
        var folder = new TemporaryFolder();
        foreach (string file in Files)
            File.WriteAllText(folder.File(file.Split('/')), "");
        return folder;
    }
}
