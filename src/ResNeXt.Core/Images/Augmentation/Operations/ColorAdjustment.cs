using System.Numerics.Tensors;

namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>torchvision's adjust_brightness, adjust_contrast, adjust_saturation and adjust_hue, in place, on planar pixels of 0..255.</summary>
internal static class ColorAdjustment
{
    // ITU-R BT.601, as torchvision's rgb_to_grayscale rounds it.
    private const float Red = 0.2989f, Green = 0.587f, Blue = 0.114f;

    /// <summary>Mixes the image with black: 0 gives black, 1 changes nothing, 2 doubles the brightness.</summary>
    /// <param name="image">The image.</param>
    /// <param name="factor">The factor, from 0.</param>
    public static void Brightness(Span<float> image, float factor)
    {
        TensorPrimitives.Multiply(image, factor, image);
        Clamp(image);
    }

    /// <summary>
    /// Mixes the image with the mean of its gray version, or of all values without three channels: 0 gives that gray, 1 changes nothing.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="planeLength">The number of pixels of one plane.</param>
    /// <param name="factor">The factor, from 0.</param>
    public static void Contrast(Span<float> image, int planeLength, float factor)
    {
        float mean = image.Length == 3 * planeLength ? MeanGray(image, planeLength) : TensorPrimitives.Sum<float>(image) / image.Length;
        TensorPrimitives.Multiply(image, factor, image);
        TensorPrimitives.Add(image, (1 - factor) * mean, image);
        Clamp(image);
    }

    /// <summary>Mixes the image with its gray version: 0 gives gray, 1 changes nothing. Images without three channels stay.</summary>
    /// <param name="image">The image.</param>
    /// <param name="planeLength">The number of pixels of one plane.</param>
    /// <param name="factor">The factor, from 0.</param>
    public static void Saturation(Span<float> image, int planeLength, float factor)
    {
        if (image.Length != 3 * planeLength)
            return;
        using var gray = new Scratch<float>(planeLength);
        TensorPrimitives.Multiply(image[..planeLength], Red, gray.Span);
        TensorPrimitives.MultiplyAdd(image.Slice(planeLength, planeLength), Green, gray.Span, gray.Span);
        TensorPrimitives.MultiplyAdd(image[(2 * planeLength)..], Blue, gray.Span, gray.Span);
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> plane = image.Slice(channel * planeLength, planeLength);
            TensorPrimitives.Lerp(gray.Span, plane, factor, plane);
        }
        Clamp(image);
    }

    /// <summary>Rotates colors around the circle of hues; value and saturation (of HSV) stay.</summary>
    /// <param name="image">The image: three planes, red, green, blue.</param>
    /// <param name="planeLength">The number of pixels of one plane.</param>
    /// <param name="turn">The rotation as a fraction of the circle, -0.5 to 0.5.</param>
    public static void Hue(Span<float> image, int planeLength, float turn)
    {
        Span<float> reds = image[..planeLength], greens = image.Slice(planeLength, planeLength), blues = image.Slice(2 * planeLength, planeLength);
        for (int i = 0; i < reds.Length; i++)
        {
            float value = Math.Max(Math.Max(reds[i], greens[i]), blues[i]);
            float chroma = value - Math.Min(Math.Min(reds[i], greens[i]), blues[i]);
            if (chroma == 0)
                continue;
            float hue = HueOf(reds[i], greens[i], blues[i], value, chroma) + 6 * turn;
            reds[i] = value - chroma * Absence(hue + 5);
            greens[i] = value - chroma * Absence(hue + 3);
            blues[i] = value - chroma * Absence(hue + 1);
        }
    }

    /// <summary>Clamps every value to 0..255.</summary>
    /// <param name="image">The image.</param>
    public static void Clamp(Span<float> image)
    {
        TensorPrimitives.Max(image, 0, image);
        TensorPrimitives.Min(image, 255, image);
    }

    private static float MeanGray(ReadOnlySpan<float> image, int planeLength) =>
        (Red * TensorPrimitives.Sum(image[..planeLength])
            + Green * TensorPrimitives.Sum(image.Slice(planeLength, planeLength))
            + Blue * TensorPrimitives.Sum(image[(2 * planeLength)..])) / planeLength;

    // The hue in sixths of the circle, from -1 to 5.
    private static float HueOf(float red, float green, float blue, float value, float chroma) =>
        value == red ? (green - blue) / chroma
        : value == green ? 2 + (blue - red) / chroma
        : 4 + (red - green) / chroma;

    // The fraction of the chroma that a channel lacks, by its distance on the circle: 0 for two sixths, 1 for two sixths, linear between.
    private static float Absence(float sixths)
    {
        float k = sixths - 6 * MathF.Floor(sixths / 6);
        return Math.Clamp(Math.Min(k, 4 - k), 0, 1);
    }
}
