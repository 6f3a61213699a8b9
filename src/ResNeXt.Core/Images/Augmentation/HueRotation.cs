namespace ResNeXt.Core.Images.Augmentation;

/// <summary>torchvision's adjust_hue: turns the colours around the circle of hues; value and saturation (of HSV) stay.</summary>
internal static class HueRotation
{
    /// <summary>Turns in place.</summary>
    /// <param name="image">Three planes: red, green, blue.</param>
    /// <param name="planeLength">Pixels of one plane.</param>
    /// <param name="turn">Part of the circle, -0.5 to 0.5.</param>
    public static void Apply(Span<float> image, int planeLength, float turn)
    {
        Span<float> reds = image[..planeLength], greens = image.Slice(planeLength, planeLength), blues = image.Slice(2 * planeLength, planeLength);
        for (int i = 0; i < reds.Length; i++)
        {
            float value = Math.Max(Math.Max(reds[i], greens[i]), blues[i]);
            float chroma = value - Math.Min(Math.Min(reds[i], greens[i]), blues[i]);
            if (chroma == 0)
                continue;
            float hue = Hue(reds[i], greens[i], blues[i], value, chroma) + 6 * turn;
            reds[i] = value - chroma * Absence(hue + 5);
            greens[i] = value - chroma * Absence(hue + 3);
            blues[i] = value - chroma * Absence(hue + 1);
        }
    }

    // In sixths of the circle, from -1 to 5.
    private static float Hue(float red, float green, float blue, float value, float chroma) =>
        value == red ? (green - blue) / chroma
        : value == green ? 2 + (blue - red) / chroma
        : 4 + (red - green) / chroma;

    // How much of the chroma a channel lacks, by its distance on the circle; 0 for two sixths, 1 for two sixths, linear between.
    private static float Absence(float sixths)
    {
        float k = sixths - 6 * MathF.Floor(sixths / 6);
        return Math.Clamp(Math.Min(k, 4 - k), 0, 1);
    }
}
