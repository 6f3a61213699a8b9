using ResNeXt.Core.Imaging;
using ResNeXt.Tests;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Imaging;

public sealed class ContactSheetTests
{
    [Fact]
    public void Write_OfColourImages_PutsThemRowByRow()
    {
        using var file = new TemporaryFile(name: "sheet.png");
        var shape = new ImageShape(3, 100, 120);
        float[][] images = [.. new[] { new float[] { -1, 0, 1 }, [1, 1, -1], [5, -5, 0] }.Select(color =>
            color.SelectMany(value => Enumerable.Repeat(value, shape.PlaneLength)).ToArray())];

        ContactSheet.Write(file.Path, images, shape, new PixelRange(-1, 1), columns: 2);

        using SKBitmap sheet = SKBitmap.Decode(file.Path);
        Assert.Equal((2 * 122 + 2, 2 * 102 + 2), (sheet.Width, sheet.Height));
        Assert.Equal(new SKColor(0, 128, 255), sheet.GetPixel(2, 2));
        Assert.Equal(new SKColor(0, 128, 255), sheet.GetPixel(121, 101));
        Assert.Equal(new SKColor(255, 255, 0), sheet.GetPixel(124, 2));
        Assert.Equal(new SKColor(255, 0, 128), sheet.GetPixel(2, 104));
        Assert.Equal(SKColors.White, sheet.GetPixel(122, 50));
        Assert.Equal(SKColors.White, sheet.GetPixel(150, 150));
        Assert.Equal(["sheet.png"], Directory.GetFiles(file.Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Write_OfSmallImagesWithoutThreeChannels_EnlargesTheFirstAsGray(int channels)
    {
        using var file = new TemporaryFile(name: "sheet.png");
        var shape = new ImageShape(channels, 2, 4);
        float[] image = [10, 20, 30, 40, 50, 60, 70, 80, .. new float[shape.Length - 8]];

        ContactSheet.Write(file.Path, [image], shape, PixelRange.Bytes, columns: 8);

        using SKBitmap sheet = SKBitmap.Decode(file.Path);
        Assert.Equal((96 + 4, 48 + 4), (sheet.Width, sheet.Height));
        Assert.Equal(new SKColor(10, 10, 10), sheet.GetPixel(25, 25));
        Assert.Equal(new SKColor(20, 20, 20), sheet.GetPixel(26, 25));
        Assert.Equal(new SKColor(80, 80, 80), sheet.GetPixel(97, 49));
    }

    [Fact]
    public void Write_OfWhatCannotBeShown_SaysWhy()
    {
        var shape = new ImageShape(1, 10, 10);
        void Refused(string part, float[][] images, int columns) => Assert.Contains(
            part, Assert.Throws<ArgumentException>(() => ContactSheet.Write("never.png", images, shape, PixelRange.Bytes, columns)).Message);

        Refused("at least one", [], 1);
        Refused("99", [new float[99]], 1);
        Refused("fewer images", [.. Enumerable.Repeat(new float[100], 400)], 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Write("never.png", [new float[100]], shape, PixelRange.Bytes, 0));
        Assert.False(File.Exists("never.png"));
    }
}
