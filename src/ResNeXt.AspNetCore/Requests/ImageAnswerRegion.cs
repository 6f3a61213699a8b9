using System.Drawing;

namespace ResNeXt.AspNetCore.Requests;

/// <summary>A part of an image, in pixels.</summary>
/// <param name="X">The distance of its left edge from that of the image.</param>
/// <param name="Y">The distance of its upper edge from that of the image.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal sealed record ImageAnswerRegion(float X, float Y, float Width, float Height)
{
    // Hundredths of a pixel are exact enough to draw with, and hide that the rectangle is computed in float32.
    private const int Digits = 2;

    /// <summary>Takes over a rectangle.</summary>
    public static ImageAnswerRegion Of(RectangleF rectangle) => new(
        MathF.Round(rectangle.X, Digits), MathF.Round(rectangle.Y, Digits),
        MathF.Round(rectangle.Width, Digits), MathF.Round(rectangle.Height, Digits));
}
