using Microsoft.ML.Data;
using SkiaSharp;

namespace ResNeXt.MLNet.Images;

/// <summary>A small copy of an image, as a JPEG in a data URI.</summary>
/// <param name="DataUri">The value of an <c>img</c> element's <c>src</c>.</param>
internal sealed record Thumbnail(string DataUri)
{
    private const int Quality = 80;

    /// <summary>Makes a thumbnail; small images keep their size, and the page enlarges them.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    /// <param name="side">The longest side of the thumbnail, in pixels.</param>
    public static Thumbnail Of(MLImage image, int side)
    {
        float scale = Math.Min(1, (float)side / Math.Max(image.Width, image.Height));
        int width = Math.Max(1, (int)MathF.Round(image.Width * scale)), height = Math.Max(1, (int)MathF.Round(image.Height * scale));
        SKColorType color = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using SKImage source = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, color, SKAlphaType.Opaque), image.Pixels);
        using var target = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        // Medium quality averages when it makes a picture smaller.
        using SKPixmap pixels = target.PeekPixels();
        source.ScalePixels(pixels, SKFilterQuality.Medium);
        using SKData jpeg = target.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return new("data:image/jpeg;base64," + Convert.ToBase64String(jpeg.Span));
    }
}
