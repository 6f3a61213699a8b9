using ResNeXt.Core.Images;
using ResNeXt.MLNet.Images;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Images;

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
    public void Write_WithCaptions_LeavesRoomAndWritesThemThere()
    {
        using var file = new TemporaryFile(name: "sheet.png");
        var shape = new ImageShape(1, 96, 96);
        float[][] images = [.. Enumerable.Repeat(new float[shape.Length], 4)];
        var captions = new SheetCaptions(["original", "epoch 1"], ["tulips", new string('W', 200)]);

        ContactSheet.Write(file.Path, images, shape, PixelRange.Bytes, columns: 2, captions);

        using SKBitmap sheet = SKBitmap.Decode(file.Path);
        Assert.Equal((2 * 98 + 2, 18 + 2 * (18 + 98) + 2), (sheet.Width, sheet.Height));
        // The images are black, from their first to their last pixel.
        foreach ((int left, int top) in new[] { (2, 38), (100, 38), (2, 154), (100, 154) })
            Assert.Equal((SKColors.Black, SKColors.Black), (sheet.GetPixel(left, top), sheet.GetPixel(left + 95, top + 95)));
        if (!SKFontManager.Default.FontFamilies.Any())
            return;
        Assert.True(HasInk(sheet, 0, 0, 98, 18) && HasInk(sheet, 100, 0, 198, 18), "no captions of columns");
        Assert.True(HasInk(sheet, 0, 18, 98, 36) && HasInk(sheet, 0, 136, 198, 152), "no captions of rows");
        Assert.False(HasInk(sheet, 100, 18, 198, 36), "a caption that is too long");
        Assert.False(HasInk(sheet, 196, 134, 198, 152), "a caption that is cut off");
    }

    private static bool HasInk(SKBitmap sheet, int left, int top, int right, int bottom) =>
        Enumerable.Range(top, bottom - top).Any(y => Enumerable.Range(left, right - left).Any(x => sheet.GetPixel(x, y).Red < 200));

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
