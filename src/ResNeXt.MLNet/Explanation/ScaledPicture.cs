using Microsoft.ML.Data;
using SkiaSharp;

namespace ResNeXt.MLNet.Explanation;

/// <summary>A picture that is small enough to be kept and shown.</summary>
/// <param name="Pixels">The pixels: red, green, blue, alpha; row by row from the top.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Scale">The pixels of the picture per pixel of the image.</param>
internal sealed record ScaledPicture(byte[] Pixels, int Width, int Height, float Scale)
{
    /// <summary>The longer side, in pixels, that pictures are scaled to.</summary>
    public const int Side = 448;

    /// <summary>Scales an image. Small images are enlarged, so that people can recognize them.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    public static ScaledPicture Of(MLImage image)
    {
        float scale = (float)Side / Math.Max(image.Width, image.Height);
        int width = Math.Max(1, (int)MathF.Round(image.Width * scale)), height = Math.Max(1, (int)MathF.Round(image.Height * scale));
        SKColorType color = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using SKImage source = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, color, SKAlphaType.Opaque), image.Pixels);
        using var target = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        // Medium quality averages when it makes a picture smaller.
        source.ScalePixels(target.PeekPixels(), SKFilterQuality.Medium);
        return new(target.Bytes, width, height, scale);
    }
}
