using SkiaSharp;

namespace ResNeXt.Tool.Tests.Data;

/// <summary>Images of one color.</summary>
internal static class PlainImage
{
    /// <summary>Writes a PNG of one color and returns its path.</summary>
    public static string Image(this TemporaryFolder folder, SKColor color, int width, int height, params string[] parts)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        string path = folder.File(parts);
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }
}
