using ImageClassification.Demo;
using SkiaSharp;

namespace ResNeXt.Tool.Tests;

/// <summary>A folder of painted images: six circles and six stars.</summary>
internal static class ShapeFolder
{
    /// <summary>Paints them and returns the folder with one folder per class.</summary>
    public static string Paint(string folder)
    {
        string images = Path.Combine(folder, "images");
        var painter = new ShapePainter(new Random(1));
        foreach (ShapeKind kind in new[] { ShapeKind.Circle, ShapeKind.Star })
        {
            string ofClass = Directory.CreateDirectory(Path.Combine(images, kind.ToString().ToLowerInvariant())).FullName;
            for (int i = 0; i < 6; i++)
            {
                using SKBitmap bitmap = painter.Paint(kind);
                using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
                File.WriteAllBytes(Path.Combine(ofClass, $"{i}.png"), png.ToArray());
            }
        }
        return images;
    }
}
