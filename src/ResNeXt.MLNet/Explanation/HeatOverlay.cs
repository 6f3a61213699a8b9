using SkiaSharp;

namespace ResNeXt.MLNet.Explanation;

/// <summary>Lays heat over a picture: the picture in gray, tinted with the colors of heat, and darkened where the network did not see it.</summary>
internal static class HeatOverlay
{
    // How much of a pixel is the color of heat where there is least and most heat.
    private const float LeastTint = 0.15f, MostTint = 0.65f;
    private const float Unseen = 0.25f;

    /// <summary>Makes the tinted picture, of the same size; the caller disposes of it.</summary>
    public static SKBitmap Draw(ScaledPicture picture, HeatMap heat)
    {
        var pixels = new SKColor[picture.Width * picture.Height];
        var region = SKRect.Create(heat.Region.X, heat.Region.Y, heat.Region.Width, heat.Region.Height);
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                int index = y * picture.Width + x;
                (float imageX, float imageY) = ((x + 0.5f) / picture.Scale, (y + 0.5f) / picture.Scale);
                ReadOnlySpan<byte> color = picture.Pixels.AsSpan(index * 4, 3);
                float gray = 0.299f * color[0] + 0.587f * color[1] + 0.114f * color[2];
                pixels[index] = region.Contains(imageX, imageY) ? Tinted(gray, heat.At(imageX, imageY)) : Gray(gray * Unseen);
            }
        }
        return new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque)) { Pixels = pixels };
    }

    private static SKColor Tinted(float gray, float heat)
    {
        SKColor color = HeatColors.Of(heat);
        float tint = float.Lerp(LeastTint, MostTint, heat);
        return new(Mix(gray, color.Red, tint), Mix(gray, color.Green, tint), Mix(gray, color.Blue, tint));
    }

    private static SKColor Gray(float value) => new((byte)value, (byte)value, (byte)value);

    private static byte Mix(float gray, byte color, float tint) => (byte)MathF.Round(float.Lerp(gray, color, tint));
}
