namespace ResNeXt.Core.Images;

/// <summary>
/// The filter that images are resized with, along one side: every new pixel is the weighted mean of the old ones around its place. If the image
/// becomes smaller, the filter becomes as much wider, so that every old pixel counts.
/// </summary>
/// <remarks>What Pillow calls <c>BILINEAR</c>, and torchvision bilinear with <c>antialias=True</c>.</remarks>
internal static class TriangleFilter
{
    /// <summary>The largest number of old pixels that a new one is made of.</summary>
    /// <param name="scale">The old pixels per new one.</param>
    public static int MostWeights(double scale) => 2 + (int)(2 * Math.Max(scale, 1));

    /// <summary>Computes the weights of the old pixels that a new one is made of.</summary>
    /// <param name="center">The center of the new pixel, in old pixels.</param>
    /// <param name="scale">The old pixels per new one.</param>
    /// <param name="length">The number of old pixels.</param>
    /// <param name="weights">The memory for the weights, which add up to 1; <see cref="MostWeights"/> of them fit every pixel.</param>
    /// <returns>The index of the first old pixel, and the number of weights.</returns>
    public static (int First, int Count) Weigh(double center, double scale, int length, Span<double> weights)
    {
        double reach = Math.Max(scale, 1), sum = 0;
        int first = Math.Max(0, (int)(center - reach + 0.5)), count = Math.Min(length, (int)(center + reach + 0.5)) - first;
        for (int i = 0; i < count; i++)
        {
            weights[i] = Math.Max(0, 1 - Math.Abs(first + i + 0.5 - center) / reach);
            sum += weights[i];
        }
        for (int i = 0; i < count; i++)
            weights[i] /= sum;
        return (first, count);
    }
}
