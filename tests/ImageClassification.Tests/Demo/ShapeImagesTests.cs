using ImageClassification.Demo;
using ResNeXt.MLNet.Folders;
using ResNeXt.Tool.Data;

namespace ImageClassification.Tests.Demo;

public sealed class ShapeImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_BothSets_AreClassFoldersOfTheSizesAskedForWithoutAnImageInCommon()
    {
        ShapeImages.Write(_folder.Path, trainPerClass: 3, testPerClass: 2);

        ImageFolder train = ImageFolder.Open(_folder.File("train")), test = ImageFolder.Open(_folder.File("test"));
        Assert.Equal(["circle", "cross", "ring", "square", "star", "triangle"], train.ClassNames);
        Assert.Equal(train.ClassNames, test.ClassNames);
        Assert.Equal((18, 12), (train.Files.Count, test.Files.Count));
        Assert.All(new FolderImages(train).Rows(), row => Assert.Equal((64, 64), (row.Image.Width, row.Image.Height)));
        Assert.Equal(30, train.Files.Concat(test.Files).Select(file => Convert.ToHexString(File.ReadAllBytes(file.ImagePath))).Distinct().Count());
    }

    [Fact]
    public void Write_SameSeed_GivesTheSameFilesAndAnotherSeedOthers()
    {
        ShapeImages.Write(_folder.File("one"), trainPerClass: 1, testPerClass: 1, seed: 5);
        ShapeImages.Write(_folder.File("two"), trainPerClass: 1, testPerClass: 1, seed: 5);
        ShapeImages.Write(_folder.File("three"), trainPerClass: 1, testPerClass: 1, seed: 6);

        Assert.Equal(12, Content("one").Count());
        Assert.Equal(Content("one"), Content("two"));
        Assert.Empty(Content("one").Intersect(Content("three")));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    public void Write_NoImages_IsRefused(int train, int test) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ShapeImages.Write(_folder.Path, train, test));

    private IEnumerable<string> Content(string set) =>
        new[] { "train", "test" }.SelectMany(part => ImageFolder.Open(_folder.File(set, part)).Files)
            .Select(file => Convert.ToHexString(File.ReadAllBytes(file.ImagePath)));
}
