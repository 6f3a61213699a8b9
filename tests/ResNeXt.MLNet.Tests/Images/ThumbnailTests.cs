using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Images;

public sealed class ThumbnailTests
{
    [Theory]
    [InlineData(1024, 512, 128, 64)]
    [InlineData(32, 32, 32, 32)]
    [InlineData(1, 3000, 1, 128)]
    public void Of_AnyImage_KeepsItsProportionsAndColors(int width, int height, int expectedWidth, int expectedHeight)
    {
        byte[] pixels = [.. Enumerable.Repeat<byte[]>([200, 100, 50, 255], width * height).SelectMany(pixel => pixel)];
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);

        string uri = Thumbnail.Of(image, side: 128).DataUri;

        Assert.StartsWith("data:image/jpeg;base64,", uri);
        using SKBitmap thumbnail = SKBitmap.Decode(Convert.FromBase64String(uri.Split(',')[1]));
        Assert.Equal((expectedWidth, expectedHeight), (thumbnail.Width, thumbnail.Height));
        SKColor color = thumbnail.GetPixel(0, expectedHeight / 2);
        Assert.True(Math.Abs(color.Red - 50) < 8 && Math.Abs(color.Green - 100) < 8 && Math.Abs(color.Blue - 200) < 8, $"{color}");
    }
}
