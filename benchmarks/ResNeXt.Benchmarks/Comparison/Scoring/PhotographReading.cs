using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>A JPEG photograph of 12 megapixels, read into the pixels of a network.</summary>
internal static class PhotographReading
{
    private const int Width = 4032, Height = 3024;

    private static readonly ImageShape Shape = new(3, ScoringModel.ImageSize, ScoringModel.ImageSize);

    /// <summary>Paints the photograph.</summary>
    /// <param name="folder">Where to.</param>
    public static void Prepare(string folder) => JpegFiles.Paint(folder, count: 1, Width, Height);

    /// <summary>Decoded to a fraction of its size, as models on encoded images do.</summary>
    public static IMeasuredSide Reduced(string folder) =>
        Repeatedly(folder, content => ImageDecoder.DecodeReduced(content, "photograph", Shape.Width, Shape.Height));

    /// <summary>Decoded whole, and resized by ML.NET.</summary>
    public static IMeasuredSide Whole(string folder) => Repeatedly(folder, content => ImageDecoder.Decode(content, "photograph"));

    private static Repeated Repeatedly(string folder, Func<byte[], MLImage> decode)
    {
        byte[] content = File.ReadAllBytes(JpegFiles.In(folder)[0]);
        var pixels = new PixelEngine(MLServices.Of(new MLContext()), Shape);
        return new Repeated(pixels, () =>
        {
            using MLImage image = decode(content);
            return pixels.Read(image);
        });
    }
}
