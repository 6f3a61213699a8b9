using System.Numerics.Tensors;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>torchvision's adjust_brightness, adjust_contrast and adjust_saturation, in place, on planar pixels of 0..255.</summary>
internal static class ColorAdjustment
{
    // ITU-R BT.601, as torchvision's rgb_to_grayscale rounds it.
    private const float Red = 0.2989f, Green = 0.587f, Blue = 0.114f;

    /// <summary>Mixes with black: 0 gives black, 1 changes nothing, 2 is twice as bright.</summary>
    public static void Brightness(Span<float> image, float factor)
    {
        TensorPrimitives.Multiply(image, factor, image);
        Clamp(image);
    }

    /// <summary>Mixes with the mean of the grey image: 0 gives that grey, 1 changes nothing. Without three channels it is the mean of all.</summary>
    public static void Contrast(Span<float> image, int planeLength, float factor)
    {
        float mean = image.Length == 3 * planeLength ? MeanGray(image, planeLength) : TensorPrimitives.Sum<float>(image) / image.Length;
        TensorPrimitives.Multiply(image, factor, image);
        TensorPrimitives.Add(image, (1 - factor) * mean, image);
        Clamp(image);
    }

    /// <summary>Mixes with the grey image: 0 gives grey, 1 changes nothing. Without three channels there is no colour to change.</summary>
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

    /// <summary>Brings every value between 0 and 255.</summary>
    public static void Clamp(Span<float> image)
    {
        TensorPrimitives.Max(image, 0, image);
        TensorPrimitives.Min(image, 255, image);
    }

    private static float MeanGray(ReadOnlySpan<float> image, int planeLength) =>
        (Red * TensorPrimitives.Sum(image[..planeLength])
            + Green * TensorPrimitives.Sum(image.Slice(planeLength, planeLength))
            + Blue * TensorPrimitives.Sum(image[(2 * planeLength)..])) / planeLength;
}
