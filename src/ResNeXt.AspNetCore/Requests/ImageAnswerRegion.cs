using System.Drawing;

namespace ResNeXt.AspNetCore.Requests;

/// <summary>A part of an image, in pixels.</summary>
/// <param name="X">The distance of its left edge from that of the image.</param>
/// <param name="Y">The distance of its upper edge from that of the image.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal sealed record ImageAnswerRegion(float X, float Y, float Width, float Height)
{
    /// <summary>Takes over a rectangle.</summary>
    public static ImageAnswerRegion Of(RectangleF rectangle) => new(rectangle.X, rectangle.Y, rectangle.Width, rectangle.Height);
}
