using ResNeXt.MLNet.Folders;

namespace ResNeXt.MLNet.Tests.Folders;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_ClassFolders_ListsClassesAndImagesInOrdinalOrder()
    {
        Touch("b", "2.png");
        Touch("b", "10.JPG");
        Touch("b", "deep", "er", "x.webp");
        Touch("B", "1.jpeg");
        Touch("a", "1.gif");
        Touch("a", "2.bmp");

        ImageFolder images = ImageFolder.Open(_folder.Path);

        Assert.Equal(["B", "a", "b"], images.ClassNames);
        Assert.Equal(6, images.Files.Count);
        Assert.Equal(["B/1.jpeg", "a/1.gif", "a/2.bmp", "b/10.JPG", "b/2.png", "b/deep/er/x.webp"], RelativePaths(images));
        Assert.Equal(["B", "a", "a", "b", "b", "b"], images.Files.Select(file => file.Label));
    }

    [Fact]
    public void Open_HiddenFilesAndOtherExtensions_AreIgnored()
    {
        Touch("a", "1.png");
        Touch("a", "._1.png");
        Touch("a", ".hidden", "2.png");
        Touch("a", "notes.txt");
        Touch("a", "Thumbs.db");
        Touch(".cache", "3.png");
        Touch("beside.png");

        ImageFolder images = ImageFolder.Open(_folder.Path);

        Assert.Equal(["a"], images.ClassNames);
        Assert.Equal(["a/1.png"], RelativePaths(images));
    }

    [Fact]
    public void Open_Links_AreFollowedAndKeepTheirNames()
    {
        using var elsewhere = new TemporaryFolder();
        File.WriteAllBytes(elsewhere.File("one", "1.png"), []);
        File.WriteAllBytes(elsewhere.File("two", "2.png"), []);
        Directory.CreateSymbolicLink(_folder.File("one"), elsewhere.File("one"));
        File.CreateSymbolicLink(_folder.File("two", "linked.png"), elsewhere.File("two", "2.png"));
        // Circles: one to itself, one to its own parent.
        Directory.CreateSymbolicLink(elsewhere.File("one", "again"), ".");
        Directory.CreateSymbolicLink(_folder.File("two", "again"), _folder.File("two"));

        ImageFolder images = ImageFolder.Open(_folder.Path);

        Assert.Equal(["one/1.png", "two/linked.png"], RelativePaths(images));
    }

    [Fact]
    public void Open_NoSuchFolder_NamesIt()
    {
        string path = Path.Combine(_folder.Path, "none");

        var error = Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Open(path));

        Assert.Contains($"'{path}' does not exist", error.Message);
    }

    [Fact]
    public void Open_ImagesWithoutClassFolders_SaysWhatIsMissing()
    {
        Touch("1.png");

        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path));

        Assert.Contains("has no folders in it", error.Message);
    }

    [Fact]
    public void Open_ClassFoldersWithoutImages_NamesThemAll()
    {
        Touch("full", "1.png");
        Touch("empty", "notes.txt");
        Directory.CreateDirectory(_folder.File("void"));

        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path));

        Assert.Contains(": empty, void;", error.Message);
        Assert.Contains(".webp", error.Message);
    }

    [Theory]
    [InlineData("val")]
    [InlineData("validation")]
    [InlineData("test")]
    public void Open_SetsInsteadOfClasses_NamesThemAndWhatToGive(string other)
    {
        Touch("train", "a", "1.png");
        Touch(other, "a", "1.png");

        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path));

        Assert.Contains($"holds sets (train, {other}), not classes; give '{_folder.File("train")}', or load all sets with LoadSetsFromImageFolder", error.Message);
    }

    [Fact]
    public void Open_ClassesCalledLikeSets_AreClasses()
    {
        Touch("train", "1.png");
        Touch("test", "2.png");

        Assert.Equal(["test", "train"], ImageFolder.Open(_folder.Path).ClassNames);
    }

    private void Touch(params string[] parts) => File.WriteAllBytes(_folder.File(parts), []);

    private IEnumerable<string> RelativePaths(ImageFolder images) =>
        images.Files.Select(file => Path.GetRelativePath(_folder.Path, file.ImagePath).Replace('\\', '/'));
}
