namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Mirrors an image left to right.</summary>
internal static class HorizontalFlip
{
    /// <summary>Mirrors in place.</summary>
    /// <param name="image">A planar image.</param>
    /// <param name="width">Pixels a row.</param>
    public static void Apply(Span<float> image, int width)
    {
        for (int row = 0; row < image.Length; row += width)
            image.Slice(row, width).Reverse();
    }
}
