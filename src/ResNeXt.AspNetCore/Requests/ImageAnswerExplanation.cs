using ResNeXt.MLNet;

namespace ResNeXt.AspNetCore.Requests;

/// <summary>Where in an image the network found what speaks for its class: the class activation map.</summary>
/// <param name="Label">The class.</param>
/// <param name="Width">The number of places per row of the map.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Values">The heat of the places, row by row from the top, from 0 to 1.</param>
/// <param name="Region">The part of the upright image that the map covers.</param>
/// <param name="Overlay">The image in gray under its heat, as a JPEG in a data URI.</param>
internal sealed record ImageAnswerExplanation(
    string Label, int Width, int Height, IReadOnlyList<float> Values, ImageAnswerRegion Region, string Overlay)
{
    /// <summary>Draws an explanation.</summary>
    public static ImageAnswerExplanation Of(ImageExplanation explanation) => new(
        explanation.ClassName, explanation.Heat.Width, explanation.Heat.Height, explanation.Heat.Values,
        ImageAnswerRegion.Of(explanation.Heat.Region), "data:image/jpeg;base64," + Convert.ToBase64String(explanation.ToOverlayJpeg()));
}
