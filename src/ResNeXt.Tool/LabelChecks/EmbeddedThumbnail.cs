using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using SkiaSharp;

namespace ResNeXt.Tool.LabelChecks;

/// <summary>Makes small, upright pictures of image files that are part of a page.</summary>
internal static class EmbeddedThumbnail
{
    private const int Side = 160;
    private const int Quality = 75;

    /// <summary>Makes the picture of a file, as the address of data.</summary>
    /// <param name="path">The path of an image.</param>
    /// <returns>The address; null if the file cannot be read any more.</returns>
    public static string? Of(string path)
    {
        try
        {
            using MLImage image = ImageDecoder.Decode(path);
            return Of(image);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Of(MLImage image)
    {
        float scale = Math.Min(1, (float)Side / Math.Max(image.Width, image.Height));
        SKColorType color = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using SKImage whole = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, color, SKAlphaType.Opaque), image.Pixels);
        using var small = new SKBitmap(new SKImageInfo(
            Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKPixmap pixels = small.PeekPixels();
        whole.ScalePixels(pixels, SKFilterQuality.Medium);
        using SKData jpeg = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return $"data:image/jpeg;base64,{Convert.ToBase64String(jpeg.AsSpan())}";
    }
}
