using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Tests.Images;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Catalogs;

public sealed class ImageFolderCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadFromImageFolder_ClassFolders_GivesPathsAndLabelsAsText()
    {
        string[] paths = [Image("A", "2.png"), Image("b", "1.jpg"), Image("b", "deep", "3.webp")];

        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path);

        Assert.Equal(["ImagePath", "Label"], rows.Schema.Select(column => column.Name));
        Assert.All(rows.Schema, column => Assert.IsType<TextDataViewType>(column.Type));
        Assert.Equal(paths, Paths(rows));
        Assert.Equal(["A", "b", "b"], rows.GetColumn<string>("Label"));
        Assert.Equal(3, rows.GetRowCount());
    }

    [Fact]
    public void LoadFromImageFolder_UnreadableImages_AreThrownAllTogetherWithTheirNames()
    {
        Image("a", "1.png");
        string[] broken = [Text("a", "2.png"), Text("b", "3.jpg")];
        Image("b", "4.png");

        var error = Assert.Throws<InvalidDataException>(() => _mlContext.Data.LoadFromImageFolder(_folder.Path));

        Assert.Contains($"2 of 4 images cannot be read: '{broken[0]}', '{broken[1]}';", error.Message);
    }

    [Fact]
    public void LoadFromImageFolder_UnreadableImagesSkipped_AreLeftOutWithAWarningEach()
    {
        var warnings = new List<string>();
        _mlContext.Log += (_, entry) => { if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning) warnings.Add(entry.Message); };
        string fine = Image("a", "1.png"), broken = Text("a", "2.png");

        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path, UnreadableImageHandling.Skip);

        Assert.Equal([fine], Paths(rows));
        Assert.Contains($"The image '{broken}' cannot be read", Assert.Single(warnings));
    }

    [Fact]
    public void LoadFromImageFolder_NoReadableImage_IsRefusedEvenWhenSkipping()
    {
        Text("a", "1.png");

        var error = Assert.Throws<InvalidDataException>(() => _mlContext.Data.LoadFromImageFolder(_folder.Path, UnreadableImageHandling.Skip));

        Assert.Contains("None of the 1 images", error.Message);
    }

    [Fact]
    public void LoadFromImageFolder_Unchecked_OpensNoImage()
    {
        string broken = Text("a", "1.png");

        Assert.Equal([broken], Paths(_mlContext.Data.LoadFromImageFolder(_folder.Path, UnreadableImageHandling.Unchecked)));
    }

    [Theory]
    [InlineData("val", "test")]
    [InlineData("validation", null)]
    [InlineData(null, "test")]
    public void LoadSetsFromImageFolder_DividedFolder_GivesEverySet(string? validation, string? test)
    {
        string train = Image("train", "a", "1.png");
        string? second = validation is null ? null : Image(validation, "a", "2.png"), third = test is null ? null : Image(test, "a", "3.png");

        ImageDatasetSplits sets = _mlContext.Data.LoadSetsFromImageFolder(_folder.Path);

        Assert.Equal([train], Paths(sets.TrainSet));
        Assert.Equal(second, sets.ValidationSet is null ? null : Assert.Single(Paths(sets.ValidationSet)));
        Assert.Equal(third, sets.TestSet is null ? null : Assert.Single(Paths(sets.TestSet)));
    }

    [Fact]
    public void LoadSetsFromImageFolder_UnreadableImagesInBothSets_AreNamedTogether()
    {
        string first = Text("train", "a", "1.png"), second = Text("test", "a", "1.png");

        var error = Assert.Throws<InvalidDataException>(() => _mlContext.Data.LoadSetsFromImageFolder(_folder.Path));

        Assert.Contains($"2 of 2 images cannot be read: '{first}', '{second}';", error.Message);
    }

    [Fact]
    public void LoadSetsFromImageFolder_Mistakes_AreNamed()
    {
        Image("plain", "a", "1.png");
        Image("twice", "train", "a", "1.png");
        Image("twice", "val", "a", "1.png");
        Image("twice", "validation", "a", "1.png");
        Image("more", "train", "a", "1.png");
        Image("more", "test", "a", "1.png");
        Image("more", "test", "b", "1.png");

        Assert.Contains("is not divided into sets", Refused("plain"));
        Assert.Contains("validation images twice", Refused("twice"));
        Assert.Contains("does not have: b;", Refused("more"));
        Assert.Throws<DirectoryNotFoundException>(() => _mlContext.Data.LoadSetsFromImageFolder(_folder.File("none")));
    }

    [Fact]
    public void StratifiedSplit_BySeed_SetsTheSamePartOfEveryClassAside()
    {
        string[] labels = [.. Enumerable.Repeat("a", 20), .. Enumerable.Repeat("b", 10), "alone"];
        IDataView images = _mlContext.Data.LoadFromEnumerable(labels.Select((label, index) => new LabeledImageFile($"{index:00}", label)));

        (IDataView train, IDataView test) = _mlContext.Data.StratifiedSplit(images, testFraction: 0.2, seed: 3);
        IDataView again = _mlContext.Data.StratifiedSplit(images, testFraction: 0.2, seed: 3).TestSet, other = _mlContext.Data.StratifiedSplit(images, 0.2, seed: 4).TestSet;

        Assert.Equal(["a", "a", "a", "a", "b", "b"], test.GetColumn<string>("Label"));
        Assert.Equal(images.GetColumn<string>("ImagePath"), Paths(train).Concat(Paths(test)).Order(StringComparer.Ordinal));
        Assert.Equal(Paths(test), Paths(again));
        Assert.NotEqual(Paths(test), Paths(other));
        Assert.Throws<ArgumentException>(() => _mlContext.Data.StratifiedSplit(images, testFraction: 1));
        Assert.Contains("testFraction is 0.1, but there are no images", Assert.Throws<InvalidOperationException>(
            () => _mlContext.Data.StratifiedSplit(_mlContext.Data.SkipRows(images, 1000), testFraction: 0.1)).Message);
    }

    [SharedDataFact]
    public void LoadFromImageFolder_Flowers_HasFortyOfEachClassAndCanBeRead()
    {
        IDataView rows = _mlContext.Data.LoadFromImageFolder(SharedData.Path("data", "flowers"));

        Assert.Equal(["daisy", "dandelion", "roses", "sunflowers", "tulips"], rows.GetColumn<string>("Label").Distinct());
        Assert.All(rows.GetColumn<string>("Label").CountBy(label => label), pair => Assert.Equal(40, pair.Value));
    }

    private string Refused(string folder) =>
        Assert.Throws<InvalidDataException>(() => _mlContext.Data.LoadSetsFromImageFolder(Path.Combine(_folder.Path, folder))).Message;

    private static IEnumerable<string> Paths(IDataView rows) => rows.GetColumn<string>("ImagePath");

    private string Image(params string[] parts)
    {
        string path = _folder.File(parts);
        File.WriteAllBytes(path, MadeImage.Quarters(SKEncodedImageFormat.Png));
        return path;
    }

    private string Text(params string[] parts)
    {
        string path = _folder.File(parts);
        File.WriteAllText(path, "no image");
        return path;
    }
}
