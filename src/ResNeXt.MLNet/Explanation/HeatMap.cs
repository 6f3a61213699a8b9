using System.Drawing;
using ResNeXt.Core.Images;

namespace ResNeXt.MLNet.Explanation;

/// <summary>
/// Where in an image a network found what speaks for a class: a class activation map. It has one value per place of the network's last feature maps,
/// from 0 to 1.
/// </summary>
public sealed class HeatMap
{
    // The part of the places whose activation counts as background: evidence that is everywhere points nowhere.
    private const float Background = 0.75f;

    private readonly float[] _values, _activations;

    private HeatMap(int width, float[] activations, float[] values, RectangleF region)
    {
        (Width, Height, Region) = (width, values.Length / width, region);
        (_activations, _values) = (activations, values);
    }

    /// <summary>The number of places per row.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>
    /// The class activation map as the network computes it, row by row from the top: what each place adds to the logit of the class. The mean of all
    /// places, plus the class's bias, is the logit. Negative values speak against the class.
    /// </summary>
    public IReadOnlyList<float> Activations => _activations;

    /// <summary>
    /// The heat, row by row from the top: the activation above that of three quarters of the places, relative to the largest, squared so that weak
    /// evidence fades. From 0 to 1, the hottest place; all are 0 if nothing speaks for the class.
    /// </summary>
    public IReadOnlyList<float> Values => _values;

    /// <summary>
    /// The part of the upright image that the network saw, in pixels of the image. An image that is not square is cut to its middle before scoring.
    /// </summary>
    public RectangleF Region { get; }

    /// <summary>Gets the heat at a place of the image, interpolated between the places of the map.</summary>
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

    /// <summary>Makes a map.</summary>
    /// <param name="activations">The class activation map, row by row.</param>
    /// <param name="width">The number of values per row.</param>
    /// <param name="imageWidth">The width of the upright image, in pixels.</param>
    /// <param name="imageHeight">The height of the upright image, in pixels.</param>
    /// <param name="shape">The shape that the image is cropped and resized to.</param>
    internal static HeatMap Of(float[] activations, int width, int imageWidth, int imageHeight, ImageShape shape)
    {
        float[] sorted = [.. activations.Order()];
        float largest = sorted[^1], background = Math.Max(0, sorted[(int)(Background * (sorted.Length - 1))]);
        float[] values = Array.ConvertAll(activations, activation => Relative(activation, background, largest));
        return new(width, activations, values, Seen(imageWidth, imageHeight, shape));
    }

    // Where more than a quarter of the places are equally hot, or there is only one place, these are the hottest.
    private static float Relative(float activation, float background, float largest)
    {
        if (largest <= 0 || activation < background)
            return 0;
        float relative = largest > background ? (activation - background) / (largest - background) : 1;
        return relative * relative;
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
