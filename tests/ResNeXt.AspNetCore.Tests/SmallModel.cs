using SkiaSharp;

namespace ResNeXt.AspNetCore.Tests;

/// <summary>A saved model of three classes, and images for it.</summary>
internal static class SmallModel
{
    private static readonly string Saved = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1");

    /// <summary>The model in float32.</summary>
    public static string Path32 { get; } = Path.Combine(Saved, "classifier.zip");

    /// <summary>The same in int8, with other scores.</summary>
    public static string Path8 { get; } = Path.Combine(Saved, "classifier-int8.zip");

    /// <summary>Puts a model into the place of another, as programs that replace files whole do.</summary>
    public static void Place(string model, string path)
    {
        string next = $"{path}.next";
        File.WriteAllBytes(next, File.ReadAllBytes(model));
        File.Move(next, path, overwrite: true);
    }

    /// <summary>A PNG file of one color.</summary>
    public static byte[] Image(SKColor color)
    {
        using var bitmap = new SKBitmap(40, 30);
        bitmap.Erase(color);
        bitmap.SetPixel(3, 4, SKColors.White);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
