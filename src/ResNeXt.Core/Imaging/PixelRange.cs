namespace ResNeXt.Core.Imaging;

/// <summary>The values that stand for black and white; colour operations are defined between them.</summary>
/// <param name="Minimum">Black.</param>
/// <param name="Maximum">White; above <paramref name="Minimum"/>.</param>
public readonly record struct PixelRange(float Minimum, float Maximum)
{
    /// <summary>0 to 255, the values of bytes.</summary>
    public static PixelRange Bytes { get; } = new(0, 255);
}
