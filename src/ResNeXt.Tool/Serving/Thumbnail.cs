using Microsoft.ML.Data;
using ResNeXt.AspNetCore.Requests;
using ResNeXt.MLNet.Images;
using SkiaSharp;

namespace ResNeXt.Tool.Serving;

/// <summary>Makes a small, upright picture that is part of the page.</summary>
internal static class Thumbnail
{
    private const int Side = 480;
    private const int Quality = 82;

    /// <summary>The picture of an image that was classified, as the address of data.</summary>
    public static string Of(UploadedImage image)
    {
        using MLImage decoded = ImageDecoder.Decode(image.Content.Span, image.DisplayName);
        double scale = Math.Min(1, (double)Side / Math.Max(decoded.Width, decoded.Height));
        var size = new SKImageInfo(Math.Max(1, (int)(decoded.Width * scale)), Math.Max(1, (int)(decoded.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKImage whole = SKImage.FromPixelCopy(new SKImageInfo(decoded.Width, decoded.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), decoded.Pixels);
        using var small = new SKBitmap(size);
        using SKPixmap pixels = small.PeekPixels();
        whole.ScalePixels(pixels, SKFilterQuality.Medium);
        using SKData jpeg = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return $"data:image/jpeg;base64,{Convert.ToBase64String(jpeg.AsSpan())}";
    }
}
