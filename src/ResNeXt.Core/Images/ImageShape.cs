namespace ResNeXt.Core.Images;

/// <summary>The shape of one image as a network takes it: planar, channel by channel, each row by row.</summary>
/// <param name="Channels">Number of channels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels a row.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Number of values.</summary>
    public int Length => checked(Channels * Height * Width);

    /// <summary>Pixels of one channel.</summary>
    public int PlaneLength => checked(Height * Width);
}
