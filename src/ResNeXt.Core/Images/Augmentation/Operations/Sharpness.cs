using System.Numerics.Tensors;

namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>
/// torchvision's adjust_sharpness: mixes an image with a smoothed version of it. 0 gives the smoothed version, 1 changes nothing, 2 sharpens.
/// </summary>
internal static class Sharpness
{
    // The smoothed version is a mean over 3 x 3 pixels, in which the middle pixel counts five times.
    private const float MiddleBeyondOthers = 4, TotalWeight = 13;

    /// <summary>Changes the sharpness in place; the outermost pixels stay.</summary>
    /// <param name="image">The image, planar, of 0..255.</param>
    /// <param name="shape">The shape of the image.</param>
    /// <param name="factor">The factor, 0 to 2.</param>
    public static void Apply(Span<float> image, ImageShape shape, float factor)
    {
        if (shape.Width <= 2 || shape.Height <= 2)
            return;
        using var original = new Scratch<float>(shape.PlaneLength);
        using var columns = new Scratch<float>(shape.Width);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            Span<float> plane = image.Slice(channel * shape.PlaneLength, shape.PlaneLength);
            plane.CopyTo(original.Span);
            for (int y = 1; y < shape.Height - 1; y++)
            {
                ReadOnlySpan<float> threeRows = original.Span.Slice((y - 1) * shape.Width, 3 * shape.Width);
                ApplyToRow(threeRows, plane.Slice(y * shape.Width, shape.Width), columns.Span, factor);
            }
        }
        ColorAdjustment.Clamp(image);
    }

    private static void ApplyToRow(ReadOnlySpan<float> threeRows, Span<float> target, Span<float> columns, float factor)
    {
        int width = target.Length;
        TensorPrimitives.Add(threeRows[..width], threeRows.Slice(width, width), columns);
        TensorPrimitives.Add(columns, threeRows[(2 * width)..], columns);

        ReadOnlySpan<float> middle = threeRows.Slice(width + 1, width - 2);
        Span<float> smooth = target[1..^1];
        TensorPrimitives.MultiplyAdd(middle, MiddleBeyondOthers, columns[..^2], smooth);
        TensorPrimitives.Add(smooth, columns[1..^1], smooth);
        TensorPrimitives.Add(smooth, columns[2..], smooth);
        TensorPrimitives.Divide(smooth, TotalWeight, smooth);
        TensorPrimitives.Lerp(smooth, middle, factor, smooth);
    }
}
