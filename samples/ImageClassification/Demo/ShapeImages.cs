using SkiaSharp;

namespace ImageClassification.Demo;

/// <summary>The demo's image set: <c>train/CLASS/NNN.png</c> and <c>test/CLASS/NNN.png</c>, painted from a seed, so that nothing has to be downloaded.</summary>
public static class ShapeImages
{
    /// <summary>Writes both sets into a folder, over what is there.</summary>
    /// <param name="folder">Created where it does not exist.</param>
    /// <param name="trainPerClass">Training images per class.</param>
    /// <param name="testPerClass">Test images per class, all different from the training images.</param>
    /// <param name="seed">The same seed and sizes give the same images.</param>
    public static void Write(string folder, int trainPerClass = 200, int testPerClass = 50, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trainPerClass);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(testPerClass);
        var painter = new ShapePainter(new Random(seed));
        WriteSet(Path.Combine(folder, "train"), trainPerClass, painter);
        WriteSet(Path.Combine(folder, "test"), testPerClass, painter);
    }

    private static void WriteSet(string folder, int perClass, ShapePainter painter)
    {
        foreach (ShapeKind kind in Enum.GetValues<ShapeKind>())
        {
            DirectoryInfo classFolder = Directory.CreateDirectory(Path.Combine(folder, kind.ToString().ToLowerInvariant()));
            for (int i = 0; i < perClass; i++)
            {
                using SKBitmap bitmap = painter.Paint(kind);
                using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
                using FileStream file = File.Create(Path.Combine(classFolder.FullName, $"{i:000}.png"));
                png.SaveTo(file);
            }
        }
    }
}
