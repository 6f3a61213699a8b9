using Microsoft.ML.Data;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>A small gray picture that is compared with those of possible copies, which may show a slightly smaller part of the picture.</summary>
/// <param name="values">The brightness of each pixel, from 0 to 255, row by row.</param>
internal sealed class BrightnessThumbnail(byte[] values)
{
    /// <summary>The largest <see cref="Difference"/> of pictures that are taken for copies.</summary>
    public const float LargestDifferenceOfCopies = 0.2f;

    private const int Side = 64;

    // Fewer points than pixels, so that each is a mean and small shifts of fine structures do not matter.
    private const int Points = 16;

    // Trying crops takes a hundred times as long, and pictures that differ more as they are do not become copies. Of unrelated ones it is about 1.
    private const float LargestBeforeCrops = 0.6f;

    // Gray values that differ less are noise of compression.
    private const float LeastContrast = 4;

    // A crop leaves this part of each side, and takes away something at any of the edges.
    private static readonly float[] CropSizes = [0.975f, 0.95f, 0.925f, 0.9f];
    private static readonly float[] CropPlaces = [0, 0.25f, 0.5f, 0.75f, 1];

    private readonly Lazy<float[]> _whole = new(() => Sample(values, 0, 0, 1));

    /// <summary>Makes the thumbnail of an image.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    public static BrightnessThumbnail Of(MLImage image)
    {
        byte[] pixels = ImageReading.ScaleToSquare(image, Side);
        var values = new byte[Side * Side];
        for (int i = 0; i < values.Length; i++)
            values[i] = (byte)((299 * pixels[4 * i] + 587 * pixels[4 * i + 1] + 114 * pixels[4 * i + 2]) / 1000);
        return new(values);
    }

    /// <summary>
    /// Gets the mean difference of brightness as a part of the contrast, after crops of one of the pictures that make them most alike. Changes of
    /// brightness and contrast as a whole do not count.
    /// </summary>
    public float Difference(BrightnessThumbnail other)
    {
        float whole = MeanDifference(_whole.Value, other._whole.Value);
        return whole > LargestBeforeCrops ? whole : Math.Min(whole, Math.Min(FromCropsOf(other), other.FromCropsOf(this)));
    }

    private float FromCropsOf(BrightnessThumbnail larger)
    {
        float least = float.PositiveInfinity;
        foreach (float size in CropSizes)
        {
            foreach (float top in CropPlaces)
            {
                foreach (float left in CropPlaces)
                    least = Math.Min(least, MeanDifference(_whole.Value, Sample(larger.Values, left * (1 - size), top * (1 - size), size)));
            }
        }
        return least;
    }

    private byte[] Values => values;

    private static float MeanDifference(float[] first, float[] second)
    {
        float sum = 0;
        for (int i = 0; i < first.Length; i++)
            sum += Math.Abs(first[i] - second[i]);
        return sum / first.Length;
    }

    // The means of equal parts of a square, with a mean of 0 and, unless there is almost no contrast, a deviation of 1.
    private static float[] Sample(byte[] values, float left, float top, float size)
    {
        const int PerPoint = Side / Points;
        var sampled = new float[Points * Points];
        float step = size / Side;
        for (int y = 0; y < Side; y++)
        {
            float row = (top + (y + 0.5f) * step) * Side - 0.5f;
            for (int x = 0; x < Side; x++)
                sampled[y / PerPoint * Points + x / PerPoint] += At(values, (left + (x + 0.5f) * step) * Side - 0.5f, row);
        }
        for (int i = 0; i < sampled.Length; i++)
            sampled[i] /= PerPoint * PerPoint;
        float mean = sampled.Average();
        float deviation = Math.Max(LeastContrast, MathF.Sqrt(sampled.Average(value => (value - mean) * (value - mean))));
        return Array.ConvertAll(sampled, value => (value - mean) / deviation);
    }

    private static float At(byte[] values, float x, float y)
    {
        (int left, int top) = ((int)Math.Clamp(x, 0, Side - 1), (int)Math.Clamp(y, 0, Side - 1));
        (int right, int bottom) = (Math.Min(left + 1, Side - 1), Math.Min(top + 1, Side - 1));
        (float fromLeft, float fromTop) = (Math.Clamp(x - left, 0, 1), Math.Clamp(y - top, 0, 1));
        float upper = values[top * Side + left] * (1 - fromLeft) + values[top * Side + right] * fromLeft;
        float lower = values[bottom * Side + left] * (1 - fromLeft) + values[bottom * Side + right] * fromLeft;
        return upper * (1 - fromTop) + lower * fromTop;
    }
}
