using Microsoft.ML.Data;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Images;
using SkiaSharp;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>Decodes image files and keeps thumbnails of them.</summary>
internal static class ImageReading
{
    private static readonly int Degree = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Reads images.</summary>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The images that can be read, in order, and one sentence for each of the others.</returns>
    public static (List<ReadImage> Images, List<string> Warnings) Read(IReadOnlyList<LabeledImageFile> files, CancellationToken cancellationToken)
    {
        (ReadImage? Image, string? Warning)[] read = [.. files.AsParallel().AsOrdered().WithDegreeOfParallelism(Degree)
            .WithCancellation(cancellationToken).Select(Read)];
        return ([.. read.Select(item => item.Image).OfType<ReadImage>()], [.. read.Select(item => item.Warning).OfType<string>()]);
    }

    /// <summary>Scales an image to a square, whatever its proportions are.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    /// <param name="side">The side of the square, in pixels.</param>
    /// <returns>The pixels, row by row: red, green, blue and opacity, one byte each.</returns>
    internal static byte[] ScaleToSquare(MLImage image, int side)
    {
        SKColorType color = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using SKImage source = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, color, SKAlphaType.Opaque), image.Pixels);
        using var target = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        // Medium quality averages when it makes a picture smaller.
        using SKPixmap pixels = target.PeekPixels();
        source.ScalePixels(pixels, SKFilterQuality.Medium);
        return target.Bytes;
    }

    private static (ReadImage? Image, string? Warning) Read(LabeledImageFile file)
    {
        try
        {
            using var held = ImageDecoder.DecodeHeld(file.ImagePath);
            return (new(file, BrightnessThumbnail.Of(held.Image), SimpleFeatures.Of(held.Image)), null);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return (null, exception.Message);
        }
    }
}
