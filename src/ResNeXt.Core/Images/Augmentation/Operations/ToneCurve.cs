using System.Numerics.Tensors;

namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>torchvision's posterize, solarize, autocontrast and equalize, in place, on planar pixels of 0..255.</summary>
internal static class ToneCurve
{
    // Smaller differences are rounding errors of a constant channel that was converted from another scale.
    private const float LeastContrast = 0.01f;

    /// <summary>Keeps the highest bits of every value, after rounding it to a byte.</summary>
    /// <param name="image">The image.</param>
    /// <param name="bits">The number of bits, 0 to 8.</param>
    public static void Posterize(Span<float> image, int bits)
    {
        float step = 256 >> bits;
        TensorPrimitives.Round<float>(image, image);
        TensorPrimitives.Divide(image, step, image);
        TensorPrimitives.Floor<float>(image, image);
        TensorPrimitives.Multiply(image, step, image);
    }

    /// <summary>Inverts the values at or above a threshold.</summary>
    /// <param name="image">The image.</param>
    /// <param name="threshold">The threshold, 0 to 255, in whole or half levels.</param>
    public static void Solarize(Span<float> image, float threshold)
    {
        // A quarter of a level lower, so that rounding errors from another scale of pixels do not change which bytes are inverted.
        float first = threshold - 0.25f;
        for (int i = 0; i < image.Length; i++)
            image[i] = image[i] >= first ? 255 - image[i] : image[i];
    }

    /// <summary>Stretches every channel to 0..255; a constant channel stays.</summary>
    /// <param name="image">The image.</param>
    /// <param name="planeLength">The number of pixels of one plane.</param>
    public static void AutoContrast(Span<float> image, int planeLength)
    {
        for (int start = 0; start < image.Length; start += planeLength)
        {
            Span<float> plane = image.Slice(start, planeLength);
            float minimum = TensorPrimitives.Min<float>(plane), maximum = TensorPrimitives.Max<float>(plane);
            if (maximum - minimum < LeastContrast)
                continue;
            TensorPrimitives.Subtract(plane, minimum, plane);
            TensorPrimitives.Multiply(plane, 255 / (maximum - minimum), plane);
        }
        ColorAdjustment.Clamp(image);
    }

    /// <summary>Equalizes the histogram of every channel, after rounding values to bytes; a constant channel stays.</summary>
    /// <param name="image">The image.</param>
    /// <param name="planeLength">The number of pixels of one plane.</param>
    public static void Equalize(Span<float> image, int planeLength)
    {
        Span<int> counts = stackalloc int[256];
        Span<float> curve = stackalloc float[256];
        for (int start = 0; start < image.Length; start += planeLength)
        {
            Span<float> plane = image.Slice(start, planeLength);
            counts.Clear();
            foreach (float value in plane)
                counts[Level(value)]++;
            if (!TryFlatten(counts, planeLength, curve))
                continue;
            for (int i = 0; i < plane.Length; i++)
                plane[i] = curve[Level(plane[i])];
        }
    }

    // PIL's curve: every level becomes the number of pixels below it, in units of a 255th of all pixels (without those of the highest level).
    private static bool TryFlatten(ReadOnlySpan<int> counts, int pixels, Span<float> curve)
    {
        int step = (pixels - counts[counts.LastIndexOfAnyExcept(0)]) / 255;
        if (step == 0)
            return false;
        int below = step / 2;
        for (int level = 0; level < curve.Length; level++)
        {
            curve[level] = Math.Min(below / step, 255);
            below += counts[level];
        }
        return true;
    }

    private static int Level(float value) => (int)Math.Clamp(value + 0.5f, 0, 255);
}
