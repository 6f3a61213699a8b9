using SkiaSharp;

namespace ResNeXt.Tool.Tests.BulkScoring;

/// <summary>Small images in folders, one of them broken.</summary>
internal static class ImageFiles
{
    public const string Broken = "broken, a.png";

    /// <summary>Writes files into folders of a hundred, and one that cannot be read.</summary>
    public static string Write(TemporaryFolder folder, int count)
    {
        for (int index = 0; index < count; index++)
            Write(folder.File("images", $"{index / 100}", $"{index}.png"), index);
        File.WriteAllText(folder.File("images", Broken), "no image");
        return Path.Combine(folder.Path, "images");
    }

    /// <summary>Writes an image of a color of its own.</summary>
    public static void Write(string path, int index)
    {
        using var bitmap = new SKBitmap(8, 8);
        bitmap.Erase(new SKColor((byte)(index * 37), (byte)(index * 11), (byte)index));
        bitmap.SetPixel(index % 8, index / 8 % 8, SKColors.White);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, png.ToArray());
    }
}
