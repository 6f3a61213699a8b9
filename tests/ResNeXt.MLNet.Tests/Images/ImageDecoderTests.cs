using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Images.Decoding;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Images;

public class ImageDecoderTests
{
    [Theory]
    [InlineData(1, 32, 16, "RGBW")]
    [InlineData(2, 32, 16, "GRWB")]
    [InlineData(3, 32, 16, "WBGR")]
    [InlineData(4, 32, 16, "BWRG")]
    [InlineData(5, 16, 32, "RBGW")]
    [InlineData(6, 16, 32, "BRWG")]
    [InlineData(7, 16, 32, "WGBR")]
    [InlineData(8, 16, 32, "GWRB")]
    public void Decode_ExifOrientation_TurnsTheImageUpright(int orientation, int width, int height, string quarters)
    {
        List<byte[]> files = [MadeImage.JpegWithOrientation(orientation)];
        foreach (bool little in new[] { true, false })
        {
            foreach (bool signature in new[] { true, false })
                files.AddRange([MadeImage.PngWithOrientation(orientation, little, signature),
                    MadeImage.WebpWithOrientation(orientation, little, signature)]);
        }

        Assert.All(files, file =>
        {
            using MLImage image = ImageDecoder.Decode(file, "turned");
            Assert.Equal((width, height), (image.Width, image.Height));
            Assert.Equal(quarters, QuartersOf(image));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Decode_OrientationThatExifDoesNotKnow_LeavesTheImage(int orientation)
    {
        using MLImage image = ImageDecoder.Decode(MadeImage.PngWithOrientation(orientation, little: true, signature: false), "turned.png");

        Assert.Equal("RGBW", QuartersOf(image));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_StreamOfAnyFormat_GivesTheQuartersAndLeavesTheStreamOpen(SKEncodedImageFormat format)
    {
        using var stream = new MemoryStream(MadeImage.Quarters(format));

        using MLImage image = ImageDecoder.Decode(stream, "made");

        Assert.Equal("RGBW", QuartersOf(image));
        Assert.Equal("made", image.Tag);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void Decode_Transparency_IsLaidOverWhite()
    {
        byte[] png = MadeImage.Png(new SKColor(0, 0, 0, 0), new SKColor(255, 0, 0, 128), new SKColor(10, 20, 30, 255));

        using MLImage image = ImageDecoder.Decode(png, "transparent.png");

        Assert.Equal(MLPixelFormat.Rgba32, image.PixelFormat);
        Assert.Equal(new byte[] { 255, 255, 255, 255, 255, 127, 127, 255, 10, 20, 30, 255 }, image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_HalfAFile_IsRefused(SKEncodedImageFormat format)
    {
        byte[] whole = MadeImage.Quarters(format);

        var error = Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(whole.AsSpan(0, whole.Length * 2 / 3), "half.bin"));

        Assert.Contains("'half.bin'", error.Message);
        Assert.Contains("JPEG, PNG, BMP, GIF or WebP", error.Message);
    }

    [Fact]
    public void Decode_NoiseThatSkiaTakesForWbmp_IsRefused()
    {
        byte[] noise = [0, 0, 8, 8, 1, 2, 3, 4, 5, 6, 7, 8, 9];

        var error = Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(noise, "noise.jpg"));

        Assert.Contains("another format", error.Message);
    }

    [Fact]
    public void ReadAll_EndlessStream_StopsAtTheLimit()
    {
        using var zeros = new EndlessStream();

        var error = Assert.Throws<InvalidDataException>(() => ImageContent.ReadAll(zeros, "zeros", limit: 3 << 20));

        Assert.Contains("longer than 3 MiB", error.Message);
    }

    [Fact]
    public void Decode_MissingFile_ThrowsFileNotFound()
    {
        string path = Path.Combine(Path.GetTempPath(), "no-such-folder", "no-such-image.png");

        var error = Assert.Throws<FileNotFoundException>(() => ImageDecoder.Decode(path));

        Assert.Contains(path, error.Message);
    }

    private static string QuartersOf(MLImage image)
    {
        (int x, int y) = (image.Width / 4, image.Height / 4);
        return string.Concat(NameAt(image, x, y), NameAt(image, 3 * x, y), NameAt(image, x, 3 * y), NameAt(image, 3 * x, 3 * y));
    }

    private static char NameAt(MLImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Slice((y * image.Width + x) * 4, 4);
        return (pixel[0] > 128, pixel[1] > 128, pixel[2] > 128) switch
        {
            (true, false, false) => 'R',
            (false, true, false) => 'G',
            (false, false, true) => 'B',
            (true, true, true) => 'W',
            _ => '?',
        };
    }
}
