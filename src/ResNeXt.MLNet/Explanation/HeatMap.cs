using System.Drawing;
using ResNeXt.Core.Images;

namespace ResNeXt.MLNet.Explanation;

/// <summary>
/// Where in an image a network found what speaks for a class: a class activation map. It has one value per place of the network's last feature maps,
/// from 0 (nothing speaks for the class) to 1 (the place that speaks for it most).
/// </summary>
public sealed class HeatMap
{
    private readonly float[] _values;

    private HeatMap(int width, int height, float[] values, RectangleF region) => (Width, Height, _values, Region) = (width, height, values, region);

    /// <summary>The number of places per row.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>The values, from 0 to 1, row by row from the top. All are 0 if nothing speaks for the class.</summary>
    public IReadOnlyList<float> Values => _values;

    /// <summary>
    /// The part of the upright image that the network saw, in pixels of the image. An image that is not square is cut to its middle before scoring.
    /// </summary>
    public RectangleF Region { get; }

    /// <summary>Gets the value at a place of the image, interpolated between the places of the map.</summary>
    /// <param name="x">The distance from the left edge of the image, in pixels; the first pixel's center is at 0.5.</param>
    /// <param name="y">The distance from the upper edge of the image, in pixels.</param>
    /// <returns>The value, from 0 to 1; 0 outside <see cref="Region"/>.</returns>
    public float At(float x, float y)
    {
        float column = (x - Region.X) / Region.Width * Width - 0.5f, row = (y - Region.Y) / Region.Height * Height - 0.5f;
        if (!(column >= -0.5f && column <= Width - 0.5f && row >= -0.5f && row <= Height - 0.5f))
            return 0;
        (int left, int right, float fromLeft) = Neighbors(column, Width);
        (int upper, int lower, float fromUpper) = Neighbors(row, Height);
        float above = float.Lerp(_values[upper * Width + left], _values[upper * Width + right], fromLeft);
        float below = float.Lerp(_values[lower * Width + left], _values[lower * Width + right], fromLeft);
        return float.Lerp(above, below, fromUpper);
    }

    /// <summary>Makes a map of the values that speak for the class, relative to the largest.</summary>
    /// <param name="activations">The class activation map, row by row; negative values speak against the class and become 0.</param>
    /// <param name="width">The number of values per row.</param>
    /// <param name="imageWidth">The width of the upright image, in pixels.</param>
    /// <param name="imageHeight">The height of the upright image, in pixels.</param>
    /// <param name="shape">The shape that the image is cropped and resized to.</param>
    internal static HeatMap Of(ReadOnlySpan<float> activations, int width, int imageWidth, int imageHeight, ImageShape shape)
    {
        var values = new float[activations.Length];
        float largest = 0;
        foreach (float activation in activations)
            largest = Math.Max(largest, activation);
        for (int i = 0; i < values.Length && largest > 0; i++)
            values[i] = Math.Max(0, activations[i]) / largest;
        return new(width, values.Length / width, values, Seen(imageWidth, imageHeight, shape));
    }

    // ResizeImages with IsoCrop scales the image until it covers the shape, and takes the middle.
    private static RectangleF Seen(int width, int height, ImageShape shape)
    {
        float scale = Math.Max((float)shape.Width / width, (float)shape.Height / height);
        float seenWidth = Math.Min(width, shape.Width / scale), seenHeight = Math.Min(height, shape.Height / scale);
        return new((width - seenWidth) / 2, (height - seenHeight) / 2, seenWidth, seenHeight);
    }

    private static (int Lower, int Upper, float FromLower) Neighbors(float position, int count)
    {
        float clamped = Math.Clamp(position, 0, count - 1);
        int lower = (int)clamped;
        return (lower, Math.Min(lower + 1, count - 1), clamped - lower);
    }
}
