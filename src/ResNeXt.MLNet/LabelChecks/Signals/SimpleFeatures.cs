using Microsoft.ML.Data;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>
/// Features without a network, of a thumbnail of 32 pixels: the colors of 16 parts of the image, how often colors occur in it, and the directions of
/// edges in the 16 parts.
/// </summary>
internal static class SimpleFeatures
{
    /// <summary>What these features are, for people.</summary>
    public const string Description = "colors and edges of 32-pixel thumbnails (no pretrained weights)";

    private const int Side = 32, Parts = 4, PartSide = Side / Parts, ColorSteps = 4, Directions = 8;

    /// <summary>Computes the features. Each of the three groups has the length 1.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    public static float[] Of(MLImage image)
    {
        byte[] pixels = ImageReading.ScaleToSquare(image, Side);
        var colors = new float[Parts * Parts * 3];
        var histogram = new float[ColorSteps * ColorSteps * ColorSteps];
        var edges = new float[Parts * Parts * Directions];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                int at = 4 * (y * Side + x), part = y / PartSide * Parts + x / PartSide;
                for (int channel = 0; channel < 3; channel++)
                    colors[part * 3 + channel] += pixels[at + channel];
                const int Step = 256 / ColorSteps;
                histogram[(pixels[at] / Step * ColorSteps + pixels[at + 1] / Step) * ColorSteps + pixels[at + 2] / Step]++;
                (float length, int direction) = Edge(pixels, x, y);
                edges[part * Directions + direction] += length;
            }
        }
        return [.. Normalized(colors), .. Normalized(Array.ConvertAll(histogram, MathF.Sqrt)), .. Normalized(edges)];
    }

    private static (float Length, int Direction) Edge(byte[] pixels, int x, int y)
    {
        float right = Gray(pixels, x + 1, y) - Gray(pixels, x - 1, y), down = Gray(pixels, x, y + 1) - Gray(pixels, x, y - 1);
        // Of a line, not of an arrow: from 0 to 1.
        float angle = (MathF.Atan2(down, right) / MathF.PI + 1) % 1;
        return (MathF.Sqrt(right * right + down * down), Math.Min(Directions - 1, (int)(angle * Directions)));
    }

    private static float Gray(byte[] pixels, int x, int y)
    {
        int at = 4 * (Math.Clamp(y, 0, Side - 1) * Side + Math.Clamp(x, 0, Side - 1));
        return (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3f;
    }

    private static float[] Normalized(float[] values)
    {
        float length = MathF.Sqrt(values.Sum(value => value * value));
        return length > 0 ? Array.ConvertAll(values, value => value / length) : values;
    }
}
