using SkiaSharp;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>JPEG files like photographs, of 500 x 375 pixels if nothing else is said: smooth areas with some noise, quality 90.</summary>
internal static class JpegFiles
{
    private const int Width = 500, Height = 375, Quality = 90;

    /// <summary>Paints files into a folder.</summary>
    public static void Paint(string folder, int count, int width = Width, int height = Height)
    {
        for (int index = 0; index < count; index++)
        {
            using var bitmap = new SKBitmap(width, height);
            Paint(bitmap, new Random(index));
            using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
            File.WriteAllBytes(Path.Combine(folder, $"{index:D3}.jpg"), data.ToArray());
        }
    }

    /// <summary>The files, in order.</summary>
    public static string[] In(string folder) => [.. Directory.GetFiles(folder, "*.jpg").Order(StringComparer.Ordinal)];

    private static void Paint(SKBitmap bitmap, Random random)
    {
        double[] wave = [.. Enumerable.Range(0, 3).Select(_ => 0.01 + random.NextDouble() * 0.03)];
        var pixels = new SKColor[bitmap.Width * bitmap.Height];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i % bitmap.Width, y = i / bitmap.Width;
            byte Shade(int channel) => (byte)(127 + 90 * Math.Sin(x * wave[channel]) * Math.Cos(y * wave[(channel + 1) % 3]) + random.Next(-12, 12));
            pixels[i] = new SKColor(Shade(0), Shade(1), Shade(2));
        }
        bitmap.Pixels = pixels;
    }
}
