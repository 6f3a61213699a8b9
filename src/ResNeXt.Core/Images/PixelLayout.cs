namespace ResNeXt.Core.Images;

/// <summary>The order of the values of an image in a vector.</summary>
public enum PixelLayout
{
    /// <summary>C, H, W: one channel after the other.</summary>
    Planar,

    /// <summary>H, W, C: the channels of one pixel beside each other.</summary>
    Interleaved,
}
