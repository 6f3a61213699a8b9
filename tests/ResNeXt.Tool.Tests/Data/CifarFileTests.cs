using Microsoft.ML.Data;
using ResNeXt.Tool.Data;

namespace ResNeXt.Tool.Tests.Data;

public sealed class CifarFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_TwoRecords_GivesLabelsNamesAndInterleavedPixels()
    {
        string path = Write([.. Record(9, 11, 12, 13), .. Record(0, 21, 22, 23)]);

        var seen = new List<(string Label, string Name, int Width, string Pixel)>();
        foreach (LabeledImage row in CifarFile.Open(path).Rows())
            seen.Add((row.Label, row.Name, row.Image.Width, string.Join(' ', row.Image.Pixels[^4..].ToArray())));

        Assert.Equal([("9", $"{path}#0", 32, "11 12 13 255"), ("0", $"{path}#1", 32, "21 22 23 255")], seen);
    }

    [Fact]
    public void Open_NamesBesideTheFile_AreTheClasses()
    {
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")];
        File.WriteAllText(_folder.File("batches.meta.txt"), string.Join("\r\n", names) + "\n\n");

        CifarFile file = CifarFile.Open(Write(Record(3, 1, 2, 3)));

        Assert.Equal(names, file.ClassNames);
        Assert.Equal("class 3", Assert.Single(file.Rows()).Label);
    }

    [Fact]
    public void Rows_OfALink_AreThoseOfTheFile()
    {
        string link = _folder.File("link.bin");
        File.CreateSymbolicLink(link, Write([.. Record(3, 1, 2, 3), .. Record(4, 1, 2, 3)]));

        CifarFile file = CifarFile.Open(link);

        Assert.Equal(2, file.Count);
        Assert.Equal(["3", "4"], file.Rows().Select(row => row.Label));
    }

    [Fact]
    public void Open_TooFewNames_IsRefused()
    {
        File.WriteAllText(_folder.File("batches.meta.txt"), "cat\ndog\ncat\n");

        var error = Assert.Throws<InvalidDataException>(() => CifarFile.Open(Write(Record(0, 1, 2, 3))));

        Assert.Contains("10 different classes, one a line, but names 2", error.Message);
    }

    [Theory]
    [InlineData(3072)]
    [InlineData(3074)]
    public void Open_NoWholeRecords_IsRefused(int length)
    {
        var error = Assert.Throws<InvalidDataException>(() => CifarFile.Open(Write(new byte[length])));

        Assert.Contains($"is {length} bytes long", error.Message);
        Assert.Contains("3073", error.Message);
    }

    [Fact]
    public void Open_EmptyFile_IsRefusedAsSuch()
    {
        string path = Write([]);

        Assert.Contains($"'{path}' is empty: it holds no image", Assert.Throws<InvalidDataException>(() => CifarFile.Open(path)).Message);
    }

    [Fact]
    public void Open_LabelAboveNine_IsRefusedWithItsPlace()
    {
        var error = Assert.Throws<InvalidDataException>(() => CifarFile.Open(Write([.. Record(1, 1, 1, 1), .. Record(10, 1, 1, 1)])));

        Assert.Contains("Image 1 of", error.Message);
        Assert.Contains("label 10", error.Message);
    }

    [Fact]
    public void Open_NoSuchFile_ThrowsFileNotFound() =>
        Assert.Throws<FileNotFoundException>(() => CifarFile.Open(_folder.File("none.bin")));

    [SharedDataFact]
    public void Open_RealFile_IsBalancedOverTheTenNames()
    {
        CifarFile file = CifarFile.Open(SharedData.Path("data", "cifar10", "test_2000.bin"));

        Assert.Equal(2000, file.Count);
        Assert.Equal("airplane", file.ClassNames[0]);
        Assert.All(file.Rows().CountBy(row => row.Label), pair => Assert.Equal(200, pair.Value));
    }

    private static byte[] Record(byte label, byte red, byte green, byte blue) =>
        [label, .. Enumerable.Repeat(red, 1024), .. Enumerable.Repeat(green, 1024), .. Enumerable.Repeat(blue, 1024)];

    private string Write(byte[] content)
    {
        string path = _folder.File("images.bin");
        File.WriteAllBytes(path, content);
        return path;
    }
}
