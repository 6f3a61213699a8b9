namespace ResNeXt.Core.Images;

/// <summary>The shape of an image in planar layout: channel by channel, each row by row.</summary>
/// <param name="Channels">The number of channels.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of pixels in a row.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of values.</summary>
    public int Length => checked(Channels * Height * Width);

    /// <summary>The number of pixels of one channel.</summary>
    public int PlaneLength => checked(Height * Width);
}
