using Microsoft.ML.Data;
using ResNeXt.Core.Files;
using ResNeXt.MLNet.Explanation;
using SkiaSharp;
using static System.FormattableString;

namespace ResNeXt.MLNet;

/// <summary>The prediction of a <see cref="ResNeXtPredictor"/> for one image, and where in the image the network found what speaks for a class.</summary>
/// <remarks>
/// <see cref="Heat"/> is a class activation map (Zhou et al., 2016), which for these networks is Grad-CAM (Selvaraju et al., 2017) up to a factor. It
/// shows where the evidence is, not what it is, and as coarsely as the network's last feature maps are: 7 x 7 places for images of 224 pixels.
/// </remarks>
public sealed class ImageExplanation
{
    private const int Listed = 5;
    private const int OverlayQuality = 85;

    private readonly ScaledPicture _picture;

    internal ImageExplanation(ImagePrediction prediction, string className, HeatMap heat, MLImage image)
    {
        Prediction = prediction;
        ClassName = className;
        Heat = heat;
        _picture = ScaledPicture.Of(image);
    }

    /// <summary>The prediction.</summary>
    public ImagePrediction Prediction { get; }

    /// <summary>The class that <see cref="Heat"/> is for: the most probable one, or the one that was asked for.</summary>
    public string ClassName { get; }

    /// <summary>Where the network found what speaks for <see cref="ClassName"/>.</summary>
    public HeatMap Heat { get; }

    /// <summary>
    /// Draws a picture that explains the prediction: the image, the map laid over it, and the five most probable classes. If the system has no fonts,
    /// there is no text.
    /// </summary>
    /// <returns>The bytes of a PNG file.</returns>
    public byte[] ToPng() => ExplanationDrawing.ToPng(
        _picture, Heat, ClassName, Doubt, [.. Prediction.GetTopK(Listed).Select(item => (item.Label, item.Score))]);

    // Null if the prediction has a label.
    private string? Doubt => Prediction.Label is not null ? null
        : Prediction.IsOutOfDistribution ? "unlike the images of its training"
        : Invariant($"at most {Prediction.Score * 100:F1} %: too uncertain");

    /// <summary>
    /// Draws the image in gray under its map, without anything else, for pages and programs that show the prediction themselves. It has the
    /// proportions of the upright image, and its longer side has 448 pixels. What the network did not see is dark.
    /// </summary>
    /// <returns>The bytes of a JPEG file.</returns>
    public byte[] ToOverlayJpeg()
    {
        using SKBitmap overlay = HeatOverlay.Draw(_picture, Heat);
        using SKData jpeg = overlay.Encode(SKEncodedImageFormat.Jpeg, OverlayQuality);
        return jpeg.ToArray();
    }

    /// <summary>Writes the picture of <see cref="ToPng"/> to a file.</summary>
    /// <param name="path">The path of the PNG file, in a folder that exists. An existing file is replaced once the new one is complete.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public void SavePng(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, ToPng());
    }
}
