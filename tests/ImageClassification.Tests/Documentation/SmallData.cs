using ResNeXt.Tool.Tests;
using ImageClassification.Demo;
using ResNeXt.Core;
using ResNeXt.Core.Weights;
using SkiaSharp;

namespace ImageClassification.Tests.Documentation;

/// <summary>A folder with everything that the pages name, small.</summary>
internal static class SmallData
{
    private const int CifarPixels = 3 * 32 * 32, CifarClasses = 10;

    /// <summary>Makes it.</summary>
    public static void Make(string folder)
    {
        foreach (string name in (string[])["photos", "other-photos", "more-photos"])
            Directory.Move(ShapeFolder.Paint(folder), Path.Combine(folder, name));
        using (SKBitmap bitmap = new ShapePainter(new Random(2)).Paint(ShapeKind.Star))
        using (SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90))
            File.WriteAllBytes(Path.Combine(folder, "holiday.jpg"), jpeg.ToArray());
        foreach (string name in (string[])["train_10000.bin", "test_2000.bin", "test_batch.bin"])
            File.WriteAllBytes(Path.Combine(folder, name), Cifar(images: 2 * CifarClasses));
        Save(folder, "resnet50", classes: 1000, "resnet50.safetensors");
        // The content tells the format, not the ending.
        Save(folder, "resnet20_cifar", CifarClasses, "resnet20.th");
    }

    private static byte[] Cifar(int images)
    {
        var random = new Random(1);
        var content = new byte[images * (1 + CifarPixels)];
        random.NextBytes(content);
        for (int image = 0; image < images; image++)
            content[image * (1 + CifarPixels)] = (byte)(image % CifarClasses);
        return content;
    }

    private static void Save(string folder, string architecture, int classes, string file)
    {
        using var network = new ResidualNetwork(Architectures.Get(architecture), classes, seed: 1);
        SafetensorsFile.Write(Path.Combine(folder, file), network.GetWeights());
    }
}
